// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "syntax/diagnostic.hpp"
#include "value/value.hpp"

namespace lithe::runtime {

class EditedInput;
class Runtime;
struct Program;
using value::Value;

/// What a dialogue adds to a stream of forms: `*1 *2 *3` are the last results and `*e` is the last
/// error, as the main process's own values of top-level variables (so nothing is copied, and a
/// table stays the one it is); prompts, a greeting and colours where a person sits.
///
/// Outlives the program that it joins. The runtime's thread.
class Dialogue {
 public:
  explicit Dialogue(Runtime& runtime);
  ~Dialogue();
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;

  /// The definitions that it begins with, to be evaluated before join().
  static std::string_view definitions();
  /// Makes a program over standard input part of the dialogue.
  void join(Program& program);

 private:
  void keep_result(Value result);
  void keep_error(const syntax::Diagnostic& diagnostic, Value thrown);
  void keep(std::string_view variable, Value value);
  void greet();
  void prompt(bool inside_form);
  /// => false: lines cannot be edited here.
  bool edit_lines(Program& program);

  Runtime& runtime_;
  EditedInput* edited_ = nullptr;  ///< the runtime's; null: lines are not edited
  bool terminal_;                  ///< a person types, and reads the answers
};

}  // namespace lithe::runtime
