// SPDX-License-Identifier: Apache-2.0
// The lithe command: options in, the public API, an exit code out.

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "arguments.hpp"
#include "lithe/lithe.hpp"
#include "lithe/tools.hpp"
#include "tools.hpp"

namespace {

int dump(lithe::Runtime& runtime, const lithe::cli::Arguments& arguments) {
  std::string text;
  bool done = runtime.dump(arguments.dump_stage, arguments.dump_function, text);
  std::fprintf(done ? stdout : stderr, "%s%s\n", done ? "" : "lithe: ", text.c_str());
  return done ? 0 : 1;
}

int run(lithe::Runtime& runtime, const lithe::cli::Arguments& arguments) {
  using Mode = lithe::cli::Arguments::Mode;
  lithe::RunOptions options{arguments.keep_going, arguments.print_values};
  lithe::InterruptOnControlC listen(runtime, arguments.mode == Mode::repl
                                                 ? lithe::ControlC::interrupts
                                                 : lithe::ControlC::ends_program);
  switch (arguments.mode) {
    case Mode::text:
      return runtime.run_text(arguments.text, "<command line>", options);
    case Mode::file:
      return runtime.run_file(arguments.text, options);
    case Mode::stream:
      options.keep_going = true;  // an error is a value of the stream, not its end
      return runtime.run_input(options);
    case Mode::repl:
      return runtime.run_dialogue();
  }
  return 2;
}

struct Tool {
  std::string_view name;
  int (*run)(const std::vector<std::string>& words);
};
constexpr Tool tools[] = {{"bench", lithe::cli::run_benchmarks},
                          {"check", lithe::cli::check_files},
                          {"explain", lithe::cli::explain_file},
                          {"fmt", lithe::cli::format_files},
                          {"test", lithe::cli::run_tests}};

/// Whether a word that was taken for a file is none, and most likely a tool's name; then it says
/// so.
bool is_misspelt_tool(const std::string& word) {
  std::error_code unknown;
  if (std::filesystem::exists(word, unknown)) return false;
  std::vector<std::string_view> names;
  for (const Tool& tool : tools) names.push_back(tool.name);
  std::string meant(lithe::closest_name(word, names));
  if (meant.empty()) return false;
  std::fprintf(stderr, "lithe: no such file: %s; did you mean `lithe %s`?\n", word.c_str(),
               meant.c_str());
  return true;
}

}  // namespace

int main(int count, char** values) {
  if (count > 1) {
    for (const Tool& tool : tools) {
      if (tool.name == std::string_view(values[1])) {
        return tool.run(std::vector<std::string>(values + 2, values + count));
      }
    }
  }
  lithe::cli::Arguments arguments;
  if (int code = 0; !lithe::cli::parse(count, values, arguments, code)) return code;
  bool first_word = count > 1 && arguments.text == values[1];
  if (arguments.mode == lithe::cli::Arguments::Mode::file && first_word &&
      is_misspelt_tool(arguments.text))
    return 2;
  lithe::Runtime runtime(std::move(arguments.options));
  if (!arguments.dump_function.empty()) {
    lithe::Evaluation loaded = runtime.eval_file(arguments.text);
    if (!loaded) {
      std::fputs(loaded.error.c_str(), stderr);
      return 1;
    }
    return dump(runtime, arguments);
  }
  return run(runtime, arguments);
}
