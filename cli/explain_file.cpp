// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include "lithe/lithe.hpp"
#include "lithe/tools.hpp"
#include "tools.hpp"

namespace lithe::cli {

namespace {

constexpr const char* usage = R"(usage: lithe explain FILE [NAME...]

Runs a program, without its output, and tells of the functions that it defines, or of those named:
the effect of each and the call that decides it, and the tier that it runs in. In a file that is a
module, its own names may stand without the module's.
)";

/// Called with the symbol, which is not evaluated: any name is safe.
Result<std::string> explain(Runtime& runtime, const std::string& name) {
  return runtime.call<std::string>("explain", Value::symbol(name));
}

bool is_known(const Result<std::string>& told, const std::string& name) {
  return told && !told->starts_with(name + " is not defined");
}

}  // namespace

int explain_file(const std::vector<std::string>& words) {
  bool help = !words.empty() && (words[0] == "--help" || words[0] == "-h");
  if (help || words.empty() || words[0].starts_with("-")) {
    std::fputs(usage, help ? stdout : stderr);
    return help ? 0 : 2;
  }
  const std::string& file = words[0];
  std::string text;
  if (!read_text(file, text)) return 1;
  std::vector<std::string> names(words.begin() + 1, words.end());
  if (names.empty()) {
    Result<std::vector<std::string>> defined = defined_functions(text, file);
    if (!defined) {
      std::fputs(defined.error().diagnostic.c_str(), stderr);
      return 1;
    }
    names = std::move(*defined);
  }
  Runtime runtime({.sink = [](Handle, std::string_view) {}});
  Evaluation loaded = runtime.eval_file(file);
  if (!loaded) {
    std::fputs(loaded.error.c_str(), stderr);
    return 1;
  }
  int exit_code = 0;
  std::string module = module_name(text);
  for (const std::string& name : names) {
    Result<std::string> told = explain(runtime, name);
    bool known = is_known(told, name);
    if (!known && !module.empty()) {
      std::string inner = module + "/" + name;
      if (Result<std::string> own = explain(runtime, inner); is_known(own, inner)) {
        told = std::move(own);
        known = true;
      }
    }
    std::fprintf(known ? stdout : stderr, "%s\n",
                 told ? told->c_str() : told.error().message.c_str());
    if (!known) exit_code = 1;
  }
  return exit_code;
}

}  // namespace lithe::cli
