// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "lithe/lithe.hpp"

namespace lithe::cli {

/// The command line, understood.
struct Arguments {
  enum class Mode { repl, file, text, stream };
  Mode mode = Mode::repl;
  std::string text;  ///< the file's path, or the text of -e
  bool print_values = false;
  bool keep_going = false;
  std::string dump_stage, dump_function;
  Options options;
};

/// The value of --jit. False: it is none.
bool parse_jit(std::string_view value, Jit& out);

/// => false: the command ends with `exit_code` (0 after --help, 2 after wrong usage).
bool parse(int count, char** values, Arguments& out, int& exit_code);

}  // namespace lithe::cli
