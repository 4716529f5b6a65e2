// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include "embedded.hpp"
#include "lithe/lithe.hpp"
#include "tools.hpp"

namespace lithe::cli {

namespace {

constexpr const char* usage = R"(usage: lithe check [-I FOLDER] PATH...

Looks at programs (files, and all .lt files below folders) without running them: names that are
not defined, wrong numbers of arguments, macros that wait, claims about effects that do not hold,
clauses that are never reached, locals and parameters that are never read, definitions that hide a
builtin. A file that ends in .test.lt may use what `lithe test` defines, one with a line that begins
with (defbench what `lithe bench` defines. Macros are expanded; for them, definitions of functions,
records and constants are run. Exits with 1 if there is anything to say.

  -I FOLDER   look for included files there, too
)";

/// Defines what the tool defines that is to run the file.
void prepare(Runtime& runtime, const std::string& file) {
  std::string text;
  if (file.ends_with(".test.lt")) {
    runtime.eval(test_library, "<test library>");
  } else if (read_text(file, text) && ("\n" + text).find("\n(defbench ") != std::string::npos) {
    runtime.eval(bench_library, "<bench library>");
  }
}

}  // namespace

int check_files(const std::vector<std::string>& words) {
  std::vector<std::string> files;
  std::vector<std::string> folders;
  for (std::size_t i = 0; i < words.size(); i++) {
    const std::string& word = words[i];
    if (word == "--help" || word == "-h") {
      std::fputs(usage, stdout);
      return 0;
    }
    if (word == "-I" && i + 1 < words.size()) {
      folders.push_back(words[++i]);
    } else if (word.starts_with("-")) {
      std::fprintf(stderr, "lithe check: there is no flag %s\n%s", word.c_str(), usage);
      return 2;
    } else if (!collect_files(word, ".lt", files)) {
      return 1;
    }
  }
  if (files.empty()) {
    std::fputs(usage, stderr);
    return 2;
  }
  int exit_code = 0;
  for (const std::string& file : files) {
    Runtime runtime({.include_folders = folders});
    prepare(runtime, file);
    if (runtime.check_file(file) != 0) exit_code = 1;
  }
  return exit_code;
}

}  // namespace lithe::cli
