// SPDX-License-Identifier: Apache-2.0

#include <charconv>
#include <chrono>
#include <cstdio>
#include <memory>

#include "arguments.hpp"
#include "embedded.hpp"
#include "lithe/lithe.hpp"
#include "test_report.hpp"
#include "tools.hpp"

namespace lithe::cli {

namespace {

constexpr const char* usage = R"(usage: lithe test [flags] PATH...

Runs files of tests: those named, and all that end in .test.lt below folders. A file has its own
runtime, a test its own process; the order of the tests is drawn from the seed.

  --filter=TEXT   only tests whose name contains it
  --seed=N        as printed by the run to repeat; else from the clock
  --timeout=MS    for each test (default 10000)
  --trace         show all the calls that led to an error
  --tap           report as the Test Anything Protocol
  --junit=FILE    write a JUnit report, too
  -I FOLDER       look for included files there, too
  --jit=off|on|eager
)";

struct TestOptions {
  std::vector<std::string> files;
  std::vector<std::string> folders;
  std::string filter, junit;
  std::uint64_t seed = 0;
  std::uint64_t timeout = 10'000;
  bool tap = false;
  bool trace = false;
  Jit jit = Jit::on;
};

bool parse_number(std::string_view text, std::uint64_t& out) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  return problem == std::errc() && end == text.data() + text.size();
}

/// False: no such flag, or a wrong value.
bool parse_flag(const std::string& word, TestOptions& out) {
  std::size_t equals = word.find('=');
  std::string name = word.substr(0, equals);
  std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
  if (word == "--tap") return out.tap = true;
  if (word == "--trace") return out.trace = true;
  if (name == "--filter") return out.filter = value, true;
  if (name == "--seed") return parse_number(value, out.seed);
  if (name == "--timeout") return parse_number(value, out.timeout);
  if (name == "--junit") return out.junit = value, !value.empty();
  return name == "--jit" && parse_jit(value, out.jit);
}

/// => false: the command ends with `exit_code`.
bool parse(const std::vector<std::string>& words, TestOptions& out, int& exit_code) {
  exit_code = 2;
  for (std::size_t i = 0; i < words.size(); i++) {
    const std::string& word = words[i];
    if (word == "--help" || word == "-h") {
      std::fputs(usage, stdout);
      exit_code = 0;
      return false;
    }
    if (word == "-I" && i + 1 < words.size()) {
      out.folders.push_back(words[++i]);
    } else if (word.starts_with("-")) {
      if (parse_flag(word, out)) continue;
      std::fprintf(stderr, "lithe test: there is no flag %s, or not with that value\n%s",
                   word.c_str(), usage);
      return false;
    } else if (!collect_files(word, ".test.lt", out.files)) {
      exit_code = 1;
      return false;
    }
  }
  if (!out.files.empty()) return true;
  if (words.empty()) {
    std::fputs(usage, stderr);
  } else {
    std::fputs("lithe test: no file that ends in .test.lt\n", stderr);
    exit_code = 1;
  }
  return false;
}

TestResult result_of(std::span<const Value> arguments) {
  TestResult result;
  result.name = arguments[0].text();
  result.place = arguments[1].text();
  result.milliseconds = arguments[2].as_number();
  for (const Value& failure : arguments[3].items()) {
    std::vector<std::string> lines;
    for (const Value& line : failure.items()) lines.emplace_back(line.text());
    result.failures.push_back(std::move(lines));
  }
  return result;
}

void run_file(const std::string& file, const TestOptions& options, TestReport& report) {
  Options settings{.jit = options.jit, .include_folders = options.folders};
  settings.show_calls = options.trace;
  if (options.tap) {
    settings.sink = [&report](Handle, std::string_view text) { report.print_output(text); };
  }
  Runtime runtime(std::move(settings));
  report.begin_file(file);
  Evaluation loaded = runtime.eval(test_library, "<test library>");
  Status defined = runtime.define("test/report", {.effect = Effect::sync, .arity = 4},
                                  [&report](std::span<const Value> arguments) -> Result<Value> {
                                    report.add(result_of(arguments));
                                    return Value::nil();
                                  });
  if (loaded && defined) loaded = runtime.eval_file(file);
  if (loaded) {
    Result<Value> done = runtime.call("test/run", std::int64_t(options.seed >> 1), options.filter,
                                      std::int64_t(options.timeout), options.trace);
    if (!done) report.add_broken_file(file, done.error().message);
  } else {
    report.add_broken_file(file, loaded.error);
  }
}

}  // namespace

int run_tests(const std::vector<std::string>& words) {
  TestOptions options;
  options.seed =
      std::uint64_t(std::chrono::system_clock::now().time_since_epoch().count()) % 1'000'000'000;
  int exit_code = 0;
  if (!parse(words, options, exit_code)) return exit_code;
  TestReport report(options.tap, options.seed);
  for (const std::string& file : options.files) run_file(file, options, report);
  if (!report.ran_any() && !options.filter.empty()) {
    std::fprintf(stderr, "lithe test: no test has a name that contains `%s`\n",
                 options.filter.c_str());
  }
  return report.finish(options.junit) ? 0 : 1;
}

}  // namespace lithe::cli
