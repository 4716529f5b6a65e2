// SPDX-License-Identifier: Apache-2.0
// No memory: each scenario of scenarios.lt runs with the first request to the system failing, then
// the second, and so on until none fails any more; once with that request alone, once with all
// after it. Whatever fails, the program gives its answer, raises :out-of-memory or ends with words
// about memory; it does not crash, hang, leak or answer wrongly, and processes that were not hit
// go on.
//
//     memory_faults FILE [--seeds N] [--eager] [--stride N] [--stress N] [SCENARIO…]
//     memory_faults FILE --show SCENARIO N[+]      one run and what it printed
//
// --seeds: schedules that are tried, 1 when nothing is said; --eager: compiled code; --stride: each
// N-th request only; --stress: collections at each N-th allocation. A run is a process of its own,
// so that it may end as it likes. The last line is "N passed, N failed".
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/memory_fault.hpp"
#include "lithe/lithe.hpp"

/// A code of its own for what a sanitizer finds.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "exitcode=99:detect_stack_use_after_return=0:handle_abort=1";
}
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_options() {
  return "exitcode=98";
}

namespace {

namespace fault = lithe::base::memory_fault;

struct Settings {
  std::string program;
  bool eager = false;
  unsigned seeds = 1;
  unsigned long stride = 1;
};

struct Outcome {
  int status = 0;      ///< as of waitpid
  bool ended = false;  ///< the run came to its own end
  unsigned long failed = 0;
  std::string output;  ///< of both handles
};

constexpr unsigned seconds_each = 60;

/// In the process of the run.
void run(const Settings& settings, const std::string& scenario, unsigned long n, bool sticky) {
  fault::arm(n, sticky);
  {
    lithe::Options options{.jit = settings.eager ? lithe::Jit::eager : lithe::Jit::off};
    options.sink = [](lithe::Handle, std::string_view text) {
      if (write(1, text.data(), text.size()) < 0) _exit(97);
    };
    lithe::Runtime runtime(std::move(options));
    std::string text =
        settings.program + "\n(say \"value\" (apart " + scenario + "))\n(say \"rest\" (rest))\n";
    runtime.run_text(text, "scenarios.lt");
  }
  // The last line says how many requests failed.
  std::printf("\nfailed %lu\n", static_cast<unsigned long>(fault::disarm()));
  std::fflush(stdout);
}

Outcome run_apart(const Settings& settings, const std::string& scenario, unsigned long n,
                  bool sticky) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  std::fflush(stdout);  // or the child would print it again
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    alarm(seconds_each);
    run(settings, scenario, n, sticky);
    std::exit(0);  // looks for leaks, where there is a sanitizer
  }
  close(ends[1]);
  Outcome outcome;
  char piece[4096];
  for (ssize_t size; (size = read(ends[0], piece, sizeof piece)) > 0;) {
    outcome.output.append(piece, size_t(size));
  }
  close(ends[0]);
  waitpid(child, &outcome.status, 0);
  size_t mark = outcome.output.rfind("\nfailed ");
  if (mark != std::string::npos) {
    outcome.ended = true;
    outcome.failed = std::strtoul(outcome.output.c_str() + mark + 8, nullptr, 10);
    // What stands behind is a sanitizer's.
    outcome.output.erase(mark, outcome.output.find('\n', mark + 1) + 1 - mark);
  }
  return outcome;
}

/// Null, or what is wrong with it.
const char* problem(const Outcome& outcome, const std::string& expected) {
  if (WIFSIGNALED(outcome.status)) {
    return WTERMSIG(outcome.status) == SIGALRM ? "it hangs" : "it crashes";
  }
  int code = WEXITSTATUS(outcome.status);
  if (code == 98) return "it leaks";
  if (code > 1) return "it ends with a finding";
  if (outcome.output == expected) return nullptr;
  if (outcome.output.find("memory") == std::string::npos) return "it answers wrongly";
  if (outcome.output.find("check failed") != std::string::npos) return "it breaks an invariant";
  return nullptr;
}

struct Tally {
  unsigned long passed = 0;
  unsigned long failed = 0;
  unsigned long recovered = 0;  ///< the rest went on, or nothing was to be seen
};

void try_scenario(const Settings& settings, const std::string& scenario, Tally& tally) {
  Outcome usual = run_apart(settings, scenario, 0, false);
  if (!usual.ended || usual.output.find("rest 40425") == std::string::npos) {
    std::printf("%s does not run: %s\n", scenario.c_str(), usual.output.c_str());
    tally.failed++;
    return;
  }
  unsigned problems = 0;
  unsigned long requests = 0;
  for (bool sticky : {false, true}) {
    for (unsigned long n = 1;; n += settings.stride) {
      Outcome outcome = run_apart(settings, scenario, n, sticky);
      const char* wrong = problem(outcome, usual.output);
      wrong ? tally.failed++ : tally.passed++;
      tally.recovered += outcome.output.find("rest 40425") != std::string::npos;
      if (wrong && ++problems <= 3) {
        std::printf("%s %lu%s: %s\n%.1500s\n", scenario.c_str(), n, sticky ? "+" : "", wrong,
                    outcome.output.c_str());
      }
      if (outcome.ended && outcome.failed == 0) {
        requests = n - 1;
        break;
      }
    }
  }
  std::printf("%s: about %lu requests\n", scenario.c_str(), requests);
  std::fflush(stdout);
}

/// The scenarios of a program: its functions without parameters, in order.
std::vector<std::string> scenarios_of(const std::string& program) {
  std::vector<std::string> names;
  for (size_t at = 0; (at = program.find("\n(def ", at)) != std::string::npos;) {
    at += 6;
    std::string name = program.substr(at, program.find(' ', at) - at);
    if (program.compare(at + name.size(), 3, " ()") == 0 && name != "rest") {
      names.push_back(name);
    }
  }
  return names;
}

int show(const Settings& settings, const std::string& scenario, const char* which) {
  setenv("LITHE_SCHED", "seed:1", 1);
  char* end = nullptr;
  unsigned long n = std::strtoul(which, &end, 10);
  Outcome outcome = run_apart(settings, scenario, n, *end == '+');
  std::printf("%s\nstatus %x, %lu failed\n", outcome.output.c_str(), unsigned(outcome.status),
              outcome.failed);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "memory_faults: the file of the scenarios is missing\n");
    return 2;
  }
  std::ifstream file(arguments[1]);
  Settings settings;
  settings.program.assign(std::istreambuf_iterator<char>(file), {});
  std::vector<std::string> chosen;
  for (int i = 2; i < count; i++) {
    std::string_view argument = arguments[i];
    const char* value = i + 1 < count ? arguments[i + 1] : "";
    if (argument == "--eager") {
      settings.eager = true;
    } else if (argument == "--show" && i + 2 < count) {
      return show(settings, value, arguments[i + 2]);
    } else if (argument == "--seeds") {
      settings.seeds = unsigned(std::strtoul(arguments[++i], nullptr, 10));
    } else if (argument == "--stride") {
      settings.stride = std::strtoul(arguments[++i], nullptr, 10);
    } else if (argument == "--stress") {
      setenv("LITHE_GC_STRESS", arguments[++i], 1);
    } else {
      chosen.emplace_back(argument);
    }
  }
  if (chosen.empty()) chosen = scenarios_of(settings.program);
  auto begin = std::chrono::steady_clock::now();
  Tally tally;
  for (unsigned seed = 1; seed <= settings.seeds; seed++) {
    setenv("LITHE_SCHED", ("seed:" + std::to_string(seed)).c_str(), 1);
    for (const std::string& scenario : chosen) try_scenario(settings, scenario, tally);
  }
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%zu scenarios, %u seeds; in %lu runs the main process went on; %.1f s\n",
              chosen.size(), settings.seeds, tally.recovered, seconds);
  std::printf("%lu passed, %lu failed\n", tally.passed, tally.failed);
  return tally.failed != 0 || tally.passed == 0;
}
