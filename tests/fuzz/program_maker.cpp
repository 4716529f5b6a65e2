// SPDX-License-Identifier: Apache-2.0
#include "program_maker.hpp"

#include <algorithm>
#include <vector>

#include "program_grammar.hpp"

namespace lithe::fuzz {

namespace {

constexpr unsigned max_nodes = 150;  // of a program
constexpr double max_rounds = 3000;  // of nested loops, and of calls times what they cost
constexpr unsigned max_functions = 6;
constexpr unsigned max_forms = 6;
constexpr int expression_depth = 5;
constexpr double loop_of_library = 8;  // how often list/map and its like call a function

/// The choices that bytes make; behind the last one, what follows from all of them.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    for (std::uint8_t byte : bytes) state_ = (state_ ^ byte) * 0x100000001b3;
  }
  bool empty() const { return bytes_.empty(); }
  /// 0 to count - 1.
  unsigned below(unsigned count) {
    if (count <= 1) return 0;
    if (bytes_.empty()) {
      state_ = state_ * 6364136223846793005 + 1442695040888963407;
      return unsigned(state_ >> 33) % count;
    }
    unsigned byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte % count;
  }
  const char* of(std::span<const char* const> rows) { return rows[below(unsigned(rows.size()))]; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::uint64_t state_ = 0xcbf29ce484222325;
};

struct Variable {
  std::string name;
  Type type;
  bool assignable;
};

struct Function {
  std::string name;
  std::vector<Type> parameters;
  Type result;
  bool counts_down;  ///< has a first parameter that bounds its recursion
  double cost;       ///< expressions that a call evaluates, about
  unsigned calls;    ///< places that call it
};

class ProgramMaker {
 public:
  explicit ProgramMaker(std::span<const std::uint8_t> bytes) : choices_(bytes) {}

  std::string make() {
    std::string text;
    unsigned forms = 2 + choices_.below(max_forms - 1);
    for (unsigned i = 0; i < forms && !choices_.empty(); i++) text += top_level_form() + "\n";
    // What nobody has called shows nothing.
    for (size_t i = 0; i < functions_.size(); i++) {
      if (functions_[i].calls == 0) text += call_often(i) + "\n";
    }
    std::string definitions = prelude;
    for (Type type : {Type::string, Type::list, Type::map}) {
      if (clipped_[unsigned(type)]) definitions += clip_definition(type);
    }
    return definitions + text;
  }

 private:
  // Expressions
  std::string expression(Type type, int depth);
  std::string composed(Type type, int depth);
  std::string leaf(Type type);
  std::string fill(const char* pattern, Type type, int depth);
  std::string part(char letter, Type type, int depth);
  std::string any(int depth) { return expression(a_type(), depth); }
  std::string number(int depth) {
    return expression(choices_.below(3) == 2 ? Type::real : Type::integer, depth);
  }
  std::string general(Type type, int depth);
  std::string binding(Type type, int depth);
  std::string loop(Type type, int depth);
  std::string call(Type type, int depth);
  std::string call_of_lambda(Type type, int depth);
  std::string closure(Type result, int depth);
  std::string assignment(int depth);
  std::string redefinition();
  std::string effect(int depth);
  // Top level
  std::string top_level_form();
  std::string definition_of_variable();
  std::string definition_of_function();
  std::string function_text(Function& function, unsigned known);
  std::string call_often(size_t which);
  std::string arguments(const Function& function, int depth);

  Type a_type() {
    constexpr Type types[] = {Type::integer, Type::integer, Type::integer, Type::integer,
                              Type::real,    Type::real,    Type::boolean, Type::string,
                              Type::list,    Type::list,    Type::map,     Type::table,
                              Type::buffer,  Type::function};
    return types[choices_.below(14)];
  }
  std::string new_name(char letter) { return letter + std::to_string(names_++); }
  std::string repeated(double times, auto&& make) {
    rounds_ *= times;
    std::string text = make();
    rounds_ /= times;
    return text;
  }

  /// `text`, kept small.
  std::string clipped(Type type, const std::string& text) {
    clipped_[unsigned(type)] = true;
    const char* clip = clip_of(type);
    return clip ? "(" + std::string(clip) + " " + text + ")" : text;
  }

  Choices choices_;
  std::vector<Variable> scope_;  // the top-level ones first
  std::vector<Function> functions_;
  size_t known_functions_ = 0;  // that may be called: those defined before this one
  bool clipped_[type_count] = {};
  unsigned names_ = 0;
  unsigned nodes_ = 0;
  double rounds_ = 1;
  double cost_ = 0;
};

std::string ProgramMaker::leaf(Type type) {
  std::vector<const Variable*> fitting;
  bool is_number = type == Type::integer || type == Type::real;
  for (const Variable& variable : scope_) {
    bool other = is_number && (variable.type == Type::integer || variable.type == Type::real);
    if (variable.type == type || (other && choices_.below(4) == 3)) fitting.push_back(&variable);
  }
  // The latest first: what a loop or function binds is what makes it worth running.
  if (!fitting.empty() && choices_.below(4) != 3) {
    size_t back = choices_.below(unsigned(std::min<size_t>(fitting.size(), 4)));
    return fitting[fitting.size() - 1 - back]->name;
  }
  return choices_.of(literals_of(type));
}

std::string ProgramMaker::expression(Type type, int depth) {
  if (choices_.below(3) == 0) depth = 0;
  return composed(type, depth);
}

/// More than a leaf, if there is room.
std::string ProgramMaker::composed(Type type, int depth) {
  nodes_++;
  cost_ += rounds_;
  if (depth <= 0 || nodes_ > max_nodes || choices_.empty()) return leaf(type);
  unsigned choice = choices_.below(32);
  if (choice < 20) {
    bool is_callable = type == Type::function || type == Type::predicate;
    if (is_callable && choice < 10) {
      return closure(type == Type::function ? Type::integer : Type::boolean, depth - 1);
    }
    return fill(choices_.of(templates_of(type)), type, depth - 1);
  }
  if (choice == 31 && choices_.below(4) == 3) return choices_.of(wrong_literals());
  return general(type, depth - 1);
}

std::string ProgramMaker::general(Type type, int depth) {
  switch (choices_.below(8)) {
    case 0:
    case 1:
      return binding(type, depth);
    case 2:
      return loop(type, depth);
    case 3:
      return call(type, depth);
    case 4:
      return call_of_lambda(type, depth);
    default:
      return fill(choices_.of(general_templates()), type, depth);
  }
}

std::string ProgramMaker::part(char letter, Type type, int depth) {
  switch (letter) {
    case 'n':
      return number(depth);
    case 'a':
      return any(depth);
    case 'T':
      return expression(type, depth);
    case 'D':
      return repeated(2, [&] { return expression(type, depth); });
    case 'e':
      return effect(depth);
    case 'E':
      return repeated(loop_of_library, [&] { return effect(depth); });
    case 'k':
      return std::to_string(choices_.below(71));
    case 'x':
      return std::to_string(choices_.below(6));
    case 'c': {
      constexpr const char* keys[] = {":a", ":b", "1", "\"a\"", "1.0", "'s"};
      return choices_.of(keys);
    }
    default:
      return expression(Type(std::string_view("ifbslmtugp").find(letter)), depth);
  }
}

std::string ProgramMaker::fill(const char* pattern, Type type, int depth) {
  std::string text;
  for (const char* at = pattern; *at; at++) {
    if (*at == '%') {
      text += part(*++at, type, depth);
    } else {
      text += *at;
    }
  }
  return text;
}

std::string ProgramMaker::binding(Type type, int depth) {
  size_t outer = scope_.size();
  std::string text = "(let (";
  // Sometimes more than are passed in registers.
  unsigned count = choices_.below(6) == 5 ? 6 + choices_.below(5) : 1 + choices_.below(3);
  for (unsigned i = 0; i < count; i++) {
    Type bound = a_type();
    std::string value = expression(bound, depth);
    scope_.push_back({new_name('v'), bound, bound != Type::function});
    text += (i ? " (" : "(") + scope_.back().name + " " + value + ")";
  }
  text += ")\n  ";
  if (choices_.below(2)) text += effect(depth) + " ";
  text += expression(type, depth) + ")";
  scope_.resize(outer);
  return text;
}

std::string ProgramMaker::loop(Type type, int depth) {
  constexpr unsigned rounds[] = {2, 5, 12, 40};
  unsigned count = rounds[choices_.below(4)];
  // A function composed with itself in each round would be called 2 to the power of them.
  bool is_callable = type == Type::function || type == Type::predicate;
  if (is_callable || rounds_ * count > max_rounds) return leaf(type);
  std::string first = expression(type, depth);
  size_t outer = scope_.size();
  std::string name = new_name('l'), i = new_name('i'), sum = new_name('v');
  scope_.push_back({i, Type::integer, false});
  scope_.push_back({sum, type, true});
  std::string text = "(let " + name + " ((" + i + " 0) (" + sum + " " + first + "))\n  ";
  text += repeated(count, [&] {
    std::string body = "(if (< " + i + " " + std::to_string(count) + ") ";
    if (choices_.below(2)) body = "(begin " + effect(depth) + " " + body;
    bool begun = body[1] == 'b';
    std::string next = composed(type, depth);
    body += "(" + name + " (+ " + i + " 1) " + clipped(type, next) + ") " + sum;
    return body + (begun ? "))" : ")");
  });
  scope_.resize(outer);
  return text + ")";
}

std::string ProgramMaker::arguments(const Function& function, int depth) {
  std::string text;
  for (size_t i = 0; i < function.parameters.size(); i++) {
    if (i == 0 && function.counts_down) {
      text += " " + std::to_string(choices_.below(12));
    } else {
      text += " " + expression(function.parameters[i], depth);
    }
  }
  return text;
}

std::string ProgramMaker::call(Type type, int depth) {
  std::vector<size_t> fitting;
  for (size_t i = 0; i < known_functions_; i++) {
    const Function& function = functions_[i];
    bool numbers = type == Type::real && function.result == Type::integer;
    if ((function.result == type || numbers) && rounds_ * function.cost < max_rounds) {
      fitting.push_back(i);
    }
  }
  if (fitting.empty()) return fill(choices_.of(templates_of(type)), type, depth);
  size_t which = fitting[choices_.below(unsigned(fitting.size()))];
  functions_[which].calls++;
  Function function = functions_[which];
  cost_ += rounds_ * function.cost;
  return "(" + function.name + arguments(function, depth) + ")";
}

std::string ProgramMaker::call_of_lambda(Type type, int depth) {
  Type given = a_type();
  std::string argument = expression(given, depth);
  size_t outer = scope_.size();
  scope_.push_back({new_name('v'), given, given != Type::function});
  std::string parameter = scope_.back().name;
  std::string body = expression(type, depth);
  scope_.resize(outer);
  if (choices_.below(2)) return "((fun (" + parameter + ") " + body + ") " + argument + ")";
  std::string name = new_name('f');
  return "(begin (def " + name + " (" + parameter + ") " + body + ") (" + name + " " + argument +
         "))";
}

std::string ProgramMaker::closure(Type result, int depth) {
  size_t outer = scope_.size();
  scope_.push_back({new_name('v'), Type::integer, true});
  std::string text = "(fun (" + scope_.back().name + ") ";
  text += repeated(loop_of_library, [&] { return expression(result, depth); });
  scope_.resize(outer);
  return text + ")";
}

std::string ProgramMaker::assignment(int depth) {
  std::vector<const Variable*> fitting;
  for (const Variable& variable : scope_) {
    if (variable.assignable) fitting.push_back(&variable);
  }
  if (fitting.empty()) return "nil";
  size_t back = choices_.below(unsigned(std::min<size_t>(fitting.size(), 8)));
  Variable variable = *fitting[fitting.size() - 1 - back];
  return "(set! " + variable.name + " " + clipped(variable.type, expression(variable.type, depth)) +
         ")";
}

/// Of a function that may be running, or what is running may rest on: now it gives a literal.
std::string ProgramMaker::redefinition() {
  if (known_functions_ == 0) return "nil";
  const Function& function = functions_[choices_.below(unsigned(known_functions_))];
  std::string text = "(eval '(def " + function.name + " (";
  for (size_t i = 0; i < function.parameters.size(); i++) text += " p" + std::to_string(i);
  return text + ") " + choices_.of(literals_of(function.result)) + "))";
}

std::string ProgramMaker::effect(int depth) {
  unsigned choice = choices_.below(16);
  if (choice == 15) return redefinition();
  if (choice > 7) return assignment(depth);
  return fill(choices_.of(effect_templates()), Type::integer, depth);
}

std::string ProgramMaker::definition_of_variable() {
  if (!scope_.empty() && choices_.below(4) == 3) {
    // Of any type, whatever those who use it think.
    const Variable& variable = scope_[choices_.below(unsigned(scope_.size()))];
    std::string name = variable.name;
    return "(def " + name + " " + any(3) + ")";
  }
  Type type = a_type();
  std::string value = expression(type, 3);
  scope_.push_back({new_name('g'), type, type != Type::function});
  return "(def " + scope_.back().name + " " + value + ")";
}

/// The definition of a function that may call the first `known` ones.
std::string ProgramMaker::function_text(Function& function, unsigned known) {
  size_t outer = scope_.size();
  known_functions_ = known;
  double cost_before = cost_;
  cost_ = 1;
  std::string text = "(def " + function.name + " (";
  for (size_t i = 0; i < function.parameters.size(); i++) {
    bool counter = i == 0 && function.counts_down;
    Type type = function.parameters[i];
    scope_.push_back({new_name('v'), type, !counter && type != Type::function});
    text += (i ? " " : "") + scope_.back().name;
  }
  text += ")\n  ";
  std::string counter = function.parameters.empty() ? "" : scope_[outer].name;
  double rounds = function.counts_down ? 12 : 1;
  text += repeated(rounds, [&] {
    if (!function.counts_down) {
      std::string body = choices_.below(2) ? effect(expression_depth - 1) + " " : "";
      return body + composed(function.result, expression_depth);
    }
    std::string again = "(" + function.name + " (- " + counter + " 1)";
    for (size_t i = 1; i < function.parameters.size(); i++) {
      again += " " + clipped(function.parameters[i], composed(function.parameters[i], 3));
    }
    again += ")";
    std::string end = leaf(function.result);
    std::string body = "(if (<= " + counter + " 0) " + end + " ";
    if (choices_.below(2)) return body + again + ")";  // a tail call
    std::string result = new_name('v');
    scope_.push_back({result, function.result, true});
    body += "(let ((" + result + " " + again + ")) ";
    return body + clipped(function.result, composed(function.result, 4)) + "))";
  });
  scope_.resize(outer);
  function.cost = cost_;
  cost_ = cost_before;
  known_functions_ = functions_.size();
  return text + ")";
}

std::string ProgramMaker::definition_of_function() {
  if (!functions_.empty() && (functions_.size() == max_functions || choices_.below(4) == 3)) {
    unsigned which = choices_.below(unsigned(functions_.size()));
    Function function = functions_[which];
    std::string text = function_text(function, which);
    functions_[which].cost = std::max(function.cost, functions_[which].cost);
    return text;
  }
  constexpr Type results[] = {Type::integer, Type::real,   Type::integer, Type::list,
                              Type::boolean, Type::string, Type::map,     Type::integer};
  Function function{};
  function.name = new_name('f');
  function.result = results[choices_.below(8)];
  function.counts_down = choices_.below(2);
  if (function.counts_down) function.parameters.push_back(Type::integer);
  // Sometimes more than are passed in registers.
  unsigned count = choices_.below(6) == 5 ? 6 + choices_.below(5) : 1 + choices_.below(3);
  for (unsigned i = 0; i < count; i++) {
    function.parameters.push_back(choices_.below(2) ? a_type() : Type::integer);
  }
  std::string text = function_text(function, unsigned(functions_.size()));
  // What is assigned somewhere is never taken for a constant, nor inlined.
  if (choices_.below(2)) text += "\n(when false (set! " + function.name + " nil))";
  functions_.push_back(function);
  known_functions_ = functions_.size();
  return text;
}

/// With several arguments, and for long enough that a type that was seen is relied on.
std::string ProgramMaker::call_often(size_t which) {
  functions_[which].calls++;
  const Function function = functions_[which];
  unsigned rounds = function.cost * 20 < max_rounds * 4 ? 5 : 1;
  std::string text = "(let again ((i 0))\n  (when (< i " + std::to_string(rounds) + ")";
  for (unsigned set = 0; set < 3; set++) {
    // Most are not called by name: inlined into a loop they take a long time to compile.
    bool by_name = choices_.below(3) == 2;
    text += by_name ? " (say (" + function.name : " (say (apply " + function.name + " (list";
    text += repeated(rounds, [&] { return arguments(function, 1); });
    text += by_name ? "))\n   " : ")))\n   ";
  }
  return text + " (again (+ i 1))))";
}

std::string ProgramMaker::top_level_form() {
  switch (choices_.below(8)) {
    case 1:
    case 2:
    case 3:
    case 4:
      return definition_of_function();
    case 5:
      return definition_of_variable();
    case 6:
      return functions_.empty() ? definition_of_function()
                                : call_often(choices_.below(unsigned(functions_.size())));
    case 7:
      return assignment(3);
    default:
      return "(say " + composed(a_type(), expression_depth) + ")";
  }
}

}  // namespace

std::string make_program(std::span<const std::uint8_t> bytes) { return ProgramMaker(bytes).make(); }

}  // namespace lithe::fuzz
