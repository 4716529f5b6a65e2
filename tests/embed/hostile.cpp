// SPDX-License-Identifier: Apache-2.0
// Hostile programs under a host's limits: each is stopped within 100 ms of its time and 110 % of
// its memory, the host is unharmed, and the same runtime goes on evaluating.
//
//     embed_hostile [FIRST_SEED COUNT]    the default is 200 programs
//     embed_hostile show SEED             the program of a seed
//
// LITHE_TIME_SCALE=N allows N times the time beyond the limit: for sanitizers and busy machines.

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>

#include "checking.hpp"
#include "hostile_scripts.hpp"

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif
/// Sanitizers keep what is freed, and their own records.
constexpr bool sanitized = HAS_FEATURE(address_sanitizer) || HAS_FEATURE(thread_sanitizer);

constexpr milliseconds time_limit{50};
constexpr long memory_limit = 48L << 20;
constexpr int programs_for_each_runtime = 20;

double late_ms_allowed() {
  const char* scale = std::getenv("LITHE_TIME_SCALE");
  return 100 * (scale ? std::strtod(scale, nullptr) : 1) * (sanitized ? 10 : 1);
}

/// A figure of /proc/self/status, in bytes.
long status(const char* what) {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  char line[200];
  long kib = 0;
  while (file && std::fgets(line, sizeof line, file)) {
    if (std::strncmp(line, what, std::strlen(what)) == 0) {
      kib = std::strtol(line + std::strlen(what) + 1, nullptr, 10);
    }
  }
  if (file) std::fclose(file);
  return kib * 1024;
}

/// The peak counts from now on. False: the system does not let us.
bool reset_peak() {
  std::FILE* file = std::fopen("/proc/self/clear_refs", "w");
  if (!file) return false;
  bool written = std::fputs("5", file) >= 0;
  return std::fclose(file) == 0 && written;
}

/// Processor time of this process, in milliseconds: what others on the machine take is not ours.
double busy_ms() {
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  auto ms = [](const timeval& t) { return double(t.tv_sec) * 1e3 + double(t.tv_usec) / 1e3; };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

struct Tally {
  long programs = 0, failed = 0;
  double latest = 0;
  long peak = 0;
  std::map<std::string, long> ends;
};

class Host {
 public:
  Host() : runtime_(options()) {
    CHECK_OK(runtime_.define(
        "poke", {.arity = lithe::Arity::at_least(0)},
        [this](std::span<const lithe::Value>) { return runtime_.call("list", 1, 2); }));
    CHECK_OK(runtime_.eval("(def host-call (f) (f))"));
    lithe::Result<lithe::Mailbox> made = runtime_.make_mailbox("host");
    CHECK(made.ok());
    if (made) mailbox_ = std::move(*made);
  }

  void run(std::uint64_t seed, Tally& tally) {
    hostile::Script script = hostile::script(seed);
    malloc_trim(0);
    long before = status("VmRSS:"), files_before = status("RssFile:");
    bool measured = reset_peak();
    auto start = Clock::now();
    double busy = busy_ms();
    lithe::Evaluation result = runtime_.eval(script.text);
    double wall = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    double took = std::min(wall, busy_ms() - busy);
    // Pages of libraries (the compiler's, most of all) that were touched first are not the
    // program's.
    long files = status("RssFile:") - files_before;
    long grown = measured && !sanitized ? status("VmHWM:") - before - files : 0;
    const std::string& kind = result.failure.kind;
    tally.programs++;
    tally.ends[result ? "value" : kind]++;
    tally.latest = std::max(tally.latest, took - double(time_limit.count()));
    tally.peak = std::max(tally.peak, grown);
    std::string what = "seed " + std::to_string(seed) + ", " + script.family + " (" +
                       (result ? "value" : kind) + "): ";
    bool good = true;
    auto expect = [&](bool holds, const std::string& problem) {
      if (!holds) good = false;
      checking::note(holds, __FILE__, __LINE__, what + problem + "\n    " + script.text);
    };
    expect(took <= double(time_limit.count()) + late_ms_allowed(),
           "stopped after " + std::to_string(took) + " ms");
    expect(grown <= memory_limit + memory_limit / 10, "took " + std::to_string(grown) + " bytes");
    expect(kind != "ended" || !result.failure.message.starts_with("the program has"),
           "the runtime has ended");
    expect(goes_on(), "the runtime does not go on: " + last_problem_);
    if (!good) tally.failed++;
  }

 private:
  static lithe::Options options() {
    lithe::Options options;
    options.max_time = time_limit;
    options.max_memory_bytes = memory_limit;
    options.refused = lithe::all_capabilities();
    options.sink = [](lithe::Handle, std::string_view) {};
    return options;
  }

  bool goes_on() {
    // What the attack has left behind may be alive: the host ends it, as a host would.
    lithe::Status ended = runtime_.end_processes();
    // The limit is of the clock: on a busy machine a call may get no processor for so long.
    lithe::Evaluation sum;
    for (int tries = 0; tries < 20 && !sum; tries++) {
      if (tries > 0 && sum.failure.kind != "time-limit") break;
      sum = runtime_.eval(
          "(string/length (string/repeat \"ab\" 1000))");  // no attack redefines these
    }
    last_problem_ = !ended ? checking::problem_of(ended) : checking::problem_of(sum);
    return ended && sum && sum.printed == "2000";
  }

  lithe::Runtime runtime_;
  std::optional<lithe::Mailbox> mailbox_;
  std::string last_problem_;
};

}  // namespace

int main(int count, char** values) {
  if (count == 3 && std::strcmp(values[1], "show") == 0) {
    std::puts(hostile::script(std::strtoull(values[2], nullptr, 10)).text.c_str());
    return 0;
  }
  std::uint64_t first = count > 1 ? std::strtoull(values[1], nullptr, 10) : 1;
  std::uint64_t programs = count > 2 ? std::strtoull(values[2], nullptr, 10) : 200;
  Tally tally;
  for (std::uint64_t seed = first; seed < first + programs;) {
    Host host;
    for (int i = 0; i < programs_for_each_runtime && seed < first + programs; i++) {
      host.run(seed++, tally);
    }
  }
  std::printf(
      "seeds %llu to %llu: %ld programs, %ld failed; latest %.1f ms after its time, most "
      "memory %ld of %ld KiB\n ",
      static_cast<unsigned long long>(first), static_cast<unsigned long long>(first + programs - 1),
      tally.programs, tally.failed, tally.latest, tally.peak >> 10, memory_limit >> 10);
  for (const auto& [kind, times] : tally.ends) std::printf(" %s %ld", kind.c_str(), times);
  std::printf("\n");
  return checking::report("hostile");
}
