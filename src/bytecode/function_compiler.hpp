// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "bytecode/compiler.hpp"
#include "bytecode/emitter.hpp"
#include "primitives/primitives.hpp"

// How a Lambda becomes instructions. Rules:
//
// 1. Registers are a stack: parameters, header, then locals and temporaries. `top_` is the first
//    free one. Everything below it is initialised on every path that leads here, so it is also
//    the live top of each instruction emitted.
// 2. A value is computed straight into the register where it is wanted. That register is `top_`
//    itself (nothing reads it yet), or lies below: then a variable that the expression may still
//    read can live there, so only the last instruction of the expression writes it.
// 3. What evaluates a node leaves `top_` as it found it, unless it says otherwise.
// 4. The C++ stack is limited: whatever recurses asks `may_visit`. Chains (bodies of lets, else
//    branches, last items) are followed without recursion.
// 5. After an error nothing more is emitted; the first one counts.

namespace lithe::bytecode {

using Register = u32;  ///< wider than an operand: `need` reports what does not fit

/// What becomes of a node's value.
struct Goal {
  enum class Kind : u8 {
    value,  ///< into `reg`
    drop,   ///< only evaluated
    tail,   ///< returned from the function
  } kind;
  Register reg = 0;
  /// For value and drop: code may jump there when it is done, instead of falling through.
  JumpList* exits = nullptr;

  static Goal value(Register reg) { return {Kind::value, reg}; }
  static Goal drop() { return {Kind::drop}; }
  static Goal tail() { return {Kind::tail}; }
  bool is_tail() const { return kind == Kind::tail; }
  bool is_drop() const { return kind == Kind::drop; }
};

/// How a builtin's call becomes instructions.
enum class Shape : u8 {
  window,      ///< call_primitive
  unary,       ///< one argument
  binary,      ///< two
  store,       ///< three, of which the last is also the value
  fold,        ///< two or more, from the left
  comparison,  ///< two, or a chain
  list,        ///< any number
  vector,      ///< up to most_flat_elements
  map,         ///< an even number
};

struct Translation {
  Opcode op = Opcode::call_primitive;
  Shape shape = Shape::window;
  bool swapped = false;  ///< comparison: the operands change places
  bool negated = false;  ///< comparison: the opposite is wanted
};
/// With that number of arguments.
Translation translation(const core::PrimitiveCall& node);

class FunctionCompiler {
 public:
  explicit FunctionCompiler(CompilerOptions options) : options_(options) {}

  /// As Compiler::compile.
  base::Result<void, syntax::Diagnostic> compile(const core::Lambda& lambda, Function& out,
                                                 const Shadowing* shadowing);

 private:
  /// A place that code jumps back to.
  struct BackTarget {
    const core::Node* node;  ///< Loop or Receive
    u32 head;
    Register top;        ///< live there
    u32 index = unused;  ///< in Function::loop_heads
    static constexpr u32 unused = ~u32{0};
  };
  /// An Alternatives one of whose tries is being compiled.
  struct OpenAlternatives {
    const core::Node* node;
    OpenAlternatives* outer;
    JumpList next = {};  ///< jumps to the next try
  };
  struct Operands {
    Register left, right;
  };

  // compiler.cpp: the function as a whole, walking, delivering values
  void compile_on_this_stack(const core::Lambda& lambda, Function& out, size_t stack_bytes);
  void compile_function(const core::Lambda& lambda);
  void compile_entries(const core::Lambda& lambda);
  void box_parameters(const core::Lambda& lambda, size_t given);
  void visit(const core::Node& node, Goal goal);
  void visit_leaf(const core::Node& node, Goal goal, Register base);
  bool may_visit(const core::Node& node);
  void load_constant(const syntax::Datum& datum, Goal goal, Register base, syntax::Span span);
  void make_closure(const core::Lambda& lambda, Goal goal, Register base);
  /// Where to compute a value; temporaries from `base` on may be used again.
  Register place(Goal goal, Register base);
  /// The value is in `reg`: brings it where it is wanted.
  void deliver(Goal goal, Register reg, syntax::Span span);
  /// `reg`, at most top_, is live from now on.
  void keep(Register reg) { top_ = std::max(top_, reg + 1); }

  // compile_local.cpp: variables and globals
  /// => true: the node is a variable that lives in register `reg`.
  bool own_register(const core::Node& node, Register& reg) const;
  void local_ref(const core::LocalPlace& place, Goal goal, Register base, syntax::Span span);
  void set_local(const core::SetLocal& node, Goal goal);
  void self_ref(const core::SelfRef& node, Goal goal, Register base);
  void get_global(const core::GlobalRef& node, Goal goal, Register base);
  void write_global(Opcode op, u32 name, const core::Node& value, Goal goal, syntax::Span span);
  void bind(const core::Binding& binding, syntax::Span span);  ///< top_ rises
  void bind_all(std::span<const core::Binding> bindings, syntax::Span span);
  /// `reg` holds the new local's value.
  void bind_register(const core::Local& local, Register reg, syntax::Span span);
  void set_register(const core::Local& local, Register reg) { registers_[local.id] = u16(reg); }

  // compile_call.cpp: calls and operands
  /// The value in some register: the variable's own, or a temporary, over which top_ rises.
  Register operand(const core::Node& node);
  /// The same while `later` are still to be evaluated.
  Register operand_before(const core::Node& node, std::span<core::Node* const> later);
  /// The value in a fresh register at or above top_, which rises over it.
  Register fresh(const core::Node& node);
  Operands operands(const core::Node& left, const core::Node& right);
  void arguments(std::span<core::Node* const> nodes);  ///< a window at top_, which rises
  void call(const core::Call& node, Goal goal);
  /// A call in a tail position that is none, so that errors in it have a place.
  bool keeps_frame(const core::Call& node);
  /// Calls; returns the register with the result, top_ is above it. Or tail-calls.
  Register call_window(const core::Call& node, bool tail);

  // compile_primitive.cpp
  void primitive(const core::PrimitiveCall& node, Goal goal, Register base);
  /// True if the program has defined the name that the builtin was called by.
  bool is_shadowed(const core::PrimitiveCall& node) const;
  void definition_call(const core::PrimitiveCall& node, Goal goal);
  void primitive_window(const core::PrimitiveCall& node, Goal goal);
  void unary(const core::PrimitiveCall& node, Opcode op, Goal goal, Register base);
  void binary(const core::PrimitiveCall& node, Opcode op, Goal goal, Register base);
  void store(const core::PrimitiveCall& node, Opcode op, Goal goal);
  void fold(const core::PrimitiveCall& node, Opcode op, Goal goal, Register base);
  void fold_many(const core::PrimitiveCall& node, Opcode op, Goal goal, Register base);
  void step(Opcode op, Register to, Register left, const core::Node& right, size_t before,
            syntax::Span span);
  void comparison(const core::PrimitiveCall& node, Translation how, Goal goal, Register base);
  void chain(const core::PrimitiveCall& node, Translation how, Goal goal);
  void compare(Translation how, Register to, Register left, Register right, size_t before,
               syntax::Span span);
  void collection(const core::PrimitiveCall& node, Translation how, Goal goal, Register base);
  void evaluate_all(std::span<core::Node* const> nodes);  ///< on operands_; top_ rises
  void note_name(const core::PrimitiveCall& node);
  /// Of the instruction that comes next.
  void note_places(bool swapped, size_t before);

  // compile_test.cpp: conditions
  /// Jumps to `to` if the value's truth is `sense`, else falls through.
  void branch(const core::Node& node, bool sense, JumpList& to);
  const core::Node* branch_if(const core::If& node, bool sense, JumpList& to, JumpList& past);
  const core::Node* branch_let(const core::Let& node, bool sense, JumpList& to, JumpList& past);
  const core::Node* branch_primitive(const core::PrimitiveCall& node, bool& sense, JumpList& to);
  void branch_comparison(const core::PrimitiveCall& node, Translation how, bool sense,
                         JumpList& to);
  void branch_chain(const core::PrimitiveCall& node, Translation how, bool sense, JumpList& to);
  void branch_pair(Translation how, Register left, Register right, size_t before, bool sense,
                   JumpList& to, syntax::Span span);
  void branch_value(const core::Node& node, bool sense, JumpList& to);
  /// `instruction` jumps unless its condition holds; this jumps if that is `sense`.
  void branch_on(Instruction instruction, bool sense, JumpList& to, syntax::Span span);

  // compile_control.cpp: what `visit` follows without recursion: each gives the node to go on
  // with, or null when the value was delivered.
  const core::Node* if_else(const core::If& node, Goal& goal, JumpList& own_exits);
  const core::Node* sequence(const core::Sequence& node);
  const core::Node* let(const core::Let& node, Goal& goal, JumpList& own_exits);
  const core::Node* alternatives(const core::Alternatives& node, Goal& goal, JumpList& own_exits);
  const core::Node* loop(const core::Loop& node);
  const core::Node* try_catch(const core::Try& node, Goal& goal, JumpList& own_exits);
  void try_finally(const core::Try& node, Goal goal);
  const core::Node* receive(const core::Receive& node, Goal& goal, JumpList& own_exits);
  void recur(const core::Recur& node);
  void next_alternative(const core::NextAlternative& node);
  void skip_message(const core::SkipMessage& node);
  bool nothing_to_do(const core::Node& node, Goal goal) const;
  bool reads(const core::Node& node, Register reg, u32& budget) const;
  JumpList& next_try(const core::Node& target);
  BackTarget& back_target(const core::Node& node);
  void jump_back(const core::Node& target, syntax::Span span);
  static void give_exits(Goal& goal, JumpList& own_exits);
  void leave(Goal goal, syntax::Span span);  ///< jumps to the goal's exits
  /// Errors of the instructions from `begin` to `end` continue here.
  void catch_here(u32 begin, u32 end, Register reg);

  void emit(Opcode op, Register a, Register b, Register c, syntax::Span span) {
    emitter_.emit(Instruction::abc(op, u16(a), u16(b), u16(c)), top_, span);
  }
  void emit_wide(Opcode op, Register a, i64 s, syntax::Span span) {
    emitter_.emit(Instruction::as(op, u16(a), i32(s)), top_, span);
  }
  void jump(Opcode op, Register a, JumpList& list, syntax::Span span) {
    emitter_.jump(Instruction::as(op, u16(a), 0), list, top_, span);
  }
  bool reachable() const { return emitter_.reachable(); }
  Function& out() { return emitter_.function(); }
  /// The frame has room for registers below `end`.
  void need(Register end) {
    if (end > most_) grow(end);
  }
  void grow(Register end);
  /// The next free register, into which the next instruction writes. top_ stays: until then
  /// it holds nothing.
  Register next_free() {
    need(top_ + 1);
    return top_;
  }
  void fail(const char* kind, syntax::Span span, const char* message);
  bool failed() const { return failure_.has_value(); }

  CompilerOptions options_;
  Emitter emitter_;
  Register top_ = 0;
  Register most_ = 0;  ///< registers of the frame
  u16 header_ = 0;
  const Shadowing* shadowing_ = nullptr;
  const char* stack_limit_ = nullptr;
  bool out_of_stack_ = false;
  syntax::Span span_;           ///< of the node last visited, for errors
  std::vector<u16> registers_;  ///< by Local::id
  std::vector<BackTarget> back_targets_;
  OpenAlternatives* open_alternatives_ = nullptr;  ///< innermost
  std::vector<Register> operands_;                 ///< stack of evaluated operands
  std::optional<syntax::Diagnostic> failure_;
};

/// Evaluating it has no effect, raises nothing and depends on nothing that changes.
bool is_inert(const core::Node& node);
/// Evaluating it may assign a variable of the running function. True when in doubt.
bool may_assign(const core::Node& node);
/// The truth of its value, if that is known; evaluating it has no effect then.
std::optional<bool> known_truth(const core::Node& node);
/// The integer that a Constant is, if it fits an instruction's 16 bits.
std::optional<i16> small_integer(const core::Node& node);

/// `(and a b)` and `(or a b)` as the analyzer writes them: a Let of a nameless local that an If
/// tests and may give.
struct ShortCircuit {
  const core::Node* first = nullptr;  ///< null: it is none
  const core::Node* second = nullptr;
  bool is_or = false;
};
ShortCircuit short_circuit(const core::Let& let);

}  // namespace lithe::bytecode
