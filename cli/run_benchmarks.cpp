// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "arguments.hpp"
#include "embedded.hpp"
#include "lithe/lithe.hpp"
#include "tools.hpp"

namespace lithe::cli {

namespace {

constexpr const char* usage = R"(usage: lithe bench [flags] FILE...

Runs what the files define with (defbench name body...): warms it up, then measures samples of
about 5 ms each, and prints the time of one evaluation of the body.

  --filter=TEXT   only those whose name contains it
  --samples=N     default 21
  --warm-up=MS    default 300
  -I FOLDER       look for included files there, too
  --jit=off|on|eager
)";

struct BenchOptions {
  std::vector<std::string> files;
  std::string filter;
  std::int64_t samples = 21;
  std::int64_t warm_up = 300;
  Options runtime;
};

bool parse_count(std::string_view text, std::int64_t& out) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  return problem == std::errc() && end == text.data() + text.size() && out > 0 && out <= 1'000'000;
}

bool parse_flag(const std::string& word, BenchOptions& out) {
  std::size_t equals = word.find('=');
  std::string name = word.substr(0, equals);
  std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
  if (name == "--filter") return out.filter = value, true;
  if (name == "--samples") return parse_count(value, out.samples);
  if (name == "--warm-up") return parse_count(value, out.warm_up);
  return name == "--jit" && parse_jit(value, out.runtime.jit);
}

/// => false: the command ends with `exit_code`.
bool parse(const std::vector<std::string>& words, BenchOptions& out, int& exit_code) {
  exit_code = 2;
  for (std::size_t i = 0; i < words.size(); i++) {
    const std::string& word = words[i];
    if (word == "--help" || word == "-h") {
      std::fputs(usage, stdout);
      exit_code = 0;
      return false;
    }
    if (word == "-I" && i + 1 < words.size()) {
      out.runtime.include_folders.push_back(words[++i]);
    } else if (!word.starts_with("-")) {
      out.files.push_back(word);
    } else if (!parse_flag(word, out)) {
      std::fprintf(stderr, "lithe bench: there is no flag %s, or not with that value\n%s",
                   word.c_str(), usage);
      return false;
    }
  }
  if (out.files.empty()) std::fputs(usage, stderr);
  return !out.files.empty();
}

/// Three digits and a unit.
std::string duration(double nanoseconds) {
  constexpr const char* units[] = {"ns", "us", "ms", "s"};
  int unit = 0;
  while (unit < 3 && nanoseconds >= 1000) {
    nanoseconds /= 1000;
    unit++;
  }
  char text[32];
  int digits = nanoseconds < 10 ? 2 : nanoseconds < 100 ? 1 : 0;
  std::snprintf(text, sizeof text, "%.*f %s", digits, nanoseconds, units[unit]);
  return text;
}

/// The median, the least, and the median distance from the median.
void print_samples(const std::string& name, std::int64_t calls, const Value& samples) {
  std::vector<double> times;
  for (const Value& sample : samples.items()) times.push_back(sample.as_number());
  auto median = [](std::vector<double>& all) {
    std::sort(all.begin(), all.end());
    std::size_t half = all.size() / 2;
    return all.size() % 2 == 1 ? all[half] : (all[half - 1] + all[half]) / 2;
  };
  double middle = median(times);
  double least = times.front();
  std::vector<double> distances;
  for (double time : times) distances.push_back(time < middle ? middle - time : time - middle);
  std::printf("%-30s %10s  +- %4.1f %%   least %10s   %zu x %lld\n", name.c_str(),
              duration(middle).c_str(), 100 * median(distances) / middle, duration(least).c_str(),
              times.size(), static_cast<long long>(calls));
  std::fflush(stdout);
}

/// => how many were run; -1: the file could not be run.
int run_file(const std::string& file, const BenchOptions& options) {
  Runtime runtime(options.runtime);
  int count = 0;
  std::string running;
  Evaluation loaded = runtime.eval(bench_library, "<benchmark library>");
  Status begins = runtime.define("bench/begin", {.effect = Effect::sync, .arity = 1},
                                 [&running](std::span<const Value> arguments) -> Result<Value> {
                                   running = arguments[0].text();
                                   return Value::nil();
                                 });
  Status defined = runtime.define("bench/report", {.effect = Effect::sync, .arity = 3},
                                  [&count](std::span<const Value> arguments) -> Result<Value> {
                                    print_samples(std::string(arguments[0].text()),
                                                  arguments[1].as_integer(), arguments[2]);
                                    count++;
                                    return Value::nil();
                                  });
  if (loaded && begins && defined) loaded = runtime.eval_file(file);
  if (!loaded) {
    std::fputs(loaded.error.c_str(), stderr);
    return -1;
  }
  Result<Value> done = runtime.call("bench/run", options.filter, options.warm_up, options.samples);
  if (done) return count;
  const Error& error = done.error();
  const std::string& why = error.diagnostic.empty() ? error.message : error.diagnostic;
  std::fprintf(stderr, "lithe bench: %s: benchmark %s failed\n%s%s", file.c_str(), running.c_str(),
               why.c_str(), why.ends_with('\n') ? "" : "\n");
  return -1;
}

}  // namespace

int run_benchmarks(const std::vector<std::string>& words) {
  BenchOptions options;
  int exit_code = 0;
  if (!parse(words, options, exit_code)) return exit_code;
  int sum = 0;
  for (const std::string& file : options.files) {
    int count = run_file(file, options);
    if (count < 0) exit_code = 1;
    sum += std::max(count, 0);
  }
  if (exit_code == 2) exit_code = 0;
  if (sum == 0 && exit_code == 0) {
    std::fputs("lithe bench: there is nothing to measure: (defbench name body...) defines it\n",
               stderr);
    return 1;
  }
  return exit_code;
}

}  // namespace lithe::cli
