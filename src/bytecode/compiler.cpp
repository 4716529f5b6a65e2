// SPDX-License-Identifier: Apache-2.0
#include "bytecode/compiler.hpp"

#include <cstdio>

#include "base/further_stack.hpp"
#include "bytecode/function_compiler.hpp"
#include "bytecode/verifier.hpp"
#include "syntax/datum.hpp"

namespace lithe::bytecode {

using core::as;
using core::Lambda;
using core::Node;
using core::NodeKind;

namespace {

constexpr u32 most_instructions = 1u << 24;
constexpr Register most_registers = 0xFFFF;
/// Of a further stack, for what lies below its first frame and what the last one calls.
constexpr size_t stack_reserve = size_t{64} << 10;

const syntax::Datum nil_datum;

[[maybe_unused]] void check_function(const Lambda& lambda, const Function& out) {
  std::string fault = verify(out, u32(lambda.captures.size()));
  if (fault.empty()) return;
  std::fprintf(stderr, "bytecode: %s\n", fault.c_str());
  LITHE_CHECK(!"the compiler made wrong bytecode");
}

}  // namespace

base::Result<void, syntax::Diagnostic> FunctionCompiler::compile(const Lambda& lambda,
                                                                 Function& out,
                                                                 const Shadowing* shadowing) {
  shadowing_ = shadowing;
  compile_on_this_stack(lambda, out, options_.stack_bytes);
  if (out_of_stack_ && options_.further_stack_bytes > stack_reserve) {
    auto again = [&] {
      failure_.reset();
      compile_on_this_stack(lambda, out, options_.further_stack_bytes - stack_reserve);
    };
    auto run = [](void* task) { (*static_cast<decltype(again)*>(task))(); };
    base::run_on_further_stack(options_.further_stack_bytes, run, &again);
  }
  if (failed()) {
    auto failure = base::failure(std::move(*failure_));
    failure_.reset();
    return failure;
  }
#ifndef NDEBUG
  check_function(lambda, out);
#endif
  return {};
}

void FunctionCompiler::compile_on_this_stack(const Lambda& lambda, Function& out,
                                             size_t stack_bytes) {
  stack_limit_ = static_cast<const char*>(__builtin_frame_address(0)) - stack_bytes;
  out_of_stack_ = false;
  emitter_.begin(out, false);
  compile_function(lambda);
  if (failed() || !emitter_.jump_too_far()) return;
  emitter_.begin(out, true);
  compile_function(lambda);
}

void FunctionCompiler::compile_function(const Lambda& lambda) {
  Function& function = out();
  size_t parameters = lambda.parameters.size() + (lambda.rest ? 1 : 0);
  registers_.assign(lambda.local_count, 0);
  back_targets_.clear();
  operands_.clear();
  most_ = 0;
  span_ = lambda.span;
  top_ = Register(parameters + header_words);
  need(top_);
  header_ = u16(parameters);
  function.required = u16(lambda.required());
  function.optional = u16(lambda.defaults.size());
  function.rest = lambda.rest != nullptr;
  for (size_t i = 0; i < lambda.parameters.size(); i++)
    set_register(*lambda.parameters[i], Register(i));
  if (lambda.rest) set_register(*lambda.rest, header_ - 1u);
  if (failed()) return;
  compile_entries(lambda);
  visit(*lambda.body, Goal::tail());
  function.registers = u16(most_);
}

/// Code that starts with some optional parameters missing makes them and falls into the next.
void FunctionCompiler::compile_entries(const Lambda& lambda) {
  Function& function = out();
  size_t optional = lambda.defaults.size();
  bool boxes = lambda.rest && lambda.rest->boxed();
  for (const core::Local* local : lambda.parameters) boxes |= local->boxed();
  // A default sees the parameters before it, boxed ones in their boxes. So each entry boxes what
  // was given before it goes where the first missing one is made.
  std::vector<JumpList> starts(boxes && optional > 0 ? optional : 0);
  if (boxes) {
    for (size_t given = 0; given <= optional; given++) {
      emitter_.set_reachable();
      function.entries.push_back(emitter_.here());
      box_parameters(lambda, given);
      if (optional > 0 && given < optional) jump(Opcode::jump, 0, starts[given], lambda.span);
    }
  }
  JumpList body;
  if (!starts.empty()) jump(Opcode::jump, 0, body, lambda.span);
  for (size_t i = 0; i < optional; i++) {
    if (boxes) {
      emitter_.bind(starts[i]);
    } else {
      function.entries.push_back(emitter_.here());
    }
    const core::Local& local = *lambda.parameters[lambda.required() + i];
    Register reg = Register(lambda.required() + i);
    emitter_.set_reachable();
    visit(*lambda.defaults[i], Goal::value(reg));
    if (local.boxed()) emit(Opcode::box_new, reg, reg, 0, local.span);
  }
  if (!boxes) {
    function.entries.push_back(emitter_.here());
    emitter_.set_reachable();
  }
  emitter_.bind(body);
}

/// The required parameters, `given` of the optional ones, and the rest.
void FunctionCompiler::box_parameters(const Lambda& lambda, size_t given) {
  for (size_t i = 0; i < lambda.required() + given; i++) {
    const core::Local& local = *lambda.parameters[i];
    if (local.boxed()) emit(Opcode::box_new, Register(i), Register(i), 0, local.span);
  }
  if (lambda.rest && lambda.rest->boxed()) {
    emit(Opcode::box_new, header_ - 1u, header_ - 1u, 0, lambda.rest->span);
  }
  if (emitter_.here() > most_instructions)
    fail("too-large", lambda.span, "the function is too large");
}

bool FunctionCompiler::may_visit(const Node& node) {
  if (!reachable() || failed()) return false;
  span_ = node.span;
  if (static_cast<const char*>(__builtin_frame_address(0)) < stack_limit_) {
    out_of_stack_ = true;
    fail("syntax-error", node.span, "the expression is nested too deeply");
  } else if (emitter_.here() > most_instructions) {
    fail("too-large", node.span, "the function is too large");
  }
  return !failed();
}

void FunctionCompiler::visit(const Node& first, Goal goal) {
  if (!may_visit(first)) return;
  Register base = top_;
  size_t outer_targets = back_targets_.size();
  JumpList own_exits;
  const Node* node = &first;
  while (node && reachable() && !failed()) {
    switch (node->kind) {
      case NodeKind::if_:
        node = if_else(as<core::If>(*node), goal, own_exits);
        break;
      case NodeKind::sequence:
        node = sequence(as<core::Sequence>(*node));
        break;
      case NodeKind::let:
        node = let(as<core::Let>(*node), goal, own_exits);
        break;
      case NodeKind::loop:
        node = loop(as<core::Loop>(*node));
        break;
      case NodeKind::alternatives:
        node = alternatives(as<core::Alternatives>(*node), goal, own_exits);
        break;
      case NodeKind::try_:
        node = try_catch(as<core::Try>(*node), goal, own_exits);
        break;
      case NodeKind::receive:
        node = receive(as<core::Receive>(*node), goal, own_exits);
        break;
      default:
        visit_leaf(*node, goal, base);
        node = nullptr;
    }
  }
  back_targets_.resize(outer_targets);
  top_ = base;
  emitter_.bind(own_exits);
}

void FunctionCompiler::visit_leaf(const Node& node, Goal goal, Register base) {
  switch (node.kind) {
    case NodeKind::constant:
      return load_constant(*as<core::Constant>(node).datum, goal, base, node.span);
    case NodeKind::local_ref:
      return local_ref(as<core::LocalRef>(node).place, goal, base, node.span);
    case NodeKind::set_local:
      return set_local(as<core::SetLocal>(node), goal);
    case NodeKind::self_ref:
      return self_ref(as<core::SelfRef>(node), goal, base);
    case NodeKind::global_ref:
      return get_global(as<core::GlobalRef>(node), goal, base);
    case NodeKind::set_global: {
      auto& set = as<core::SetGlobal>(node);
      return write_global(Opcode::set_global, set.name, *set.value, goal, node.span);
    }
    case NodeKind::define_global: {
      auto& define = as<core::DefineGlobal>(node);
      return write_global(Opcode::define_global, define.name, *define.value, goal, node.span);
    }
    case NodeKind::lambda:
      return make_closure(as<Lambda>(node), goal, base);
    case NodeKind::call:
      return call(as<core::Call>(node), goal);
    case NodeKind::primitive_call:
      return primitive(as<core::PrimitiveCall>(node), goal, base);
    case NodeKind::throw_:
      return emit(Opcode::throw_value, operand(*as<core::Throw>(node).value), 0, 0, node.span);
    case NodeKind::recur:
      return recur(as<core::Recur>(node));
    case NodeKind::next_alternative:
      return next_alternative(as<core::NextAlternative>(node));
    case NodeKind::skip_message:
      return skip_message(as<core::SkipMessage>(node));
    case NodeKind::accept_message:
      emit(Opcode::receive_accept, 0, 0, 0, node.span);
      return load_constant(nil_datum, goal, base, node.span);
    default:
      LITHE_UNREACHABLE();
  }
}

Register FunctionCompiler::place(Goal goal, Register base) {
  Register reg = goal.kind == Goal::Kind::value ? goal.reg : base;
  need(reg + 1);
  return reg;
}

void FunctionCompiler::deliver(Goal goal, Register reg, syntax::Span span) {
  switch (goal.kind) {
    case Goal::Kind::drop:
      return;
    case Goal::Kind::value:
      if (reg == goal.reg) return;
      need(goal.reg + 1);
      return emit(Opcode::move, goal.reg, reg, 0, span);
    case Goal::Kind::tail:
      top_ = std::max(reg + 1, Register(header_) + header_words);
      return emit(Opcode::return_value, reg, header_, 0, span);
  }
}

void FunctionCompiler::load_constant(const syntax::Datum& datum, Goal goal, Register base,
                                     syntax::Span span) {
  if (goal.is_drop()) return;
  Register to = place(goal, base);
  if (datum.is(syntax::DatumKind::integer) && i32(datum.integer) == datum.integer) {
    emit_wide(Opcode::load_integer, to, datum.integer, span);
  } else {
    emit_wide(Opcode::load_constant, to, emitter_.constant(datum), span);
  }
  deliver(goal, to, span);
}

void FunctionCompiler::make_closure(const Lambda& lambda, Goal goal, Register base) {
  if (goal.is_drop()) return;
  Child child{&lambda, {}};
  child.captures.reserve(lambda.captures.size());
  if (lambda.captures.size() > 0xFFFF)
    fail("too-large", lambda.span, "the function captures too many variables");
  for (const core::Capture& capture : lambda.captures) {
    using From = Capture::From;
    if (capture.self) {
      child.captures.push_back({From::self, 0});
    } else if (capture.capture != core::LocalPlace::own) {
      child.captures.push_back({From::capture, u16(capture.capture)});
    } else {
      child.captures.push_back({From::reg, registers_[capture.local->id]});
    }
  }
  Register to = place(goal, base);
  out().children.push_back(std::move(child));
  emit_wide(Opcode::make_closure, to, i64(out().children.size()) - 1, lambda.span);
  deliver(goal, to, lambda.span);
}

void FunctionCompiler::grow(Register end) {
  most_ = end;
  if (end > most_registers) {
    fail("too-large", span_, "the function needs more than 65,535 registers");
  }
}

void FunctionCompiler::fail(const char* kind, syntax::Span span, const char* message) {
  if (!failed()) failure_ = syntax::make_error(kind, span, message);
}

struct Compiler::State : FunctionCompiler {
  using FunctionCompiler::FunctionCompiler;
};

Compiler::Compiler(CompilerOptions options) : state_(std::make_unique<State>(options)) {}
Compiler::~Compiler() = default;

base::Result<void, syntax::Diagnostic> Compiler::compile(const Lambda& lambda, Function& out,
                                                         const Shadowing* shadowing) {
  return state_->compile(lambda, out, shadowing);
}

base::Result<void, syntax::Diagnostic> compile(const Lambda& lambda, Function& out,
                                               CompilerOptions options) {
  FunctionCompiler compiler(options);
  return compiler.compile(lambda, out, nullptr);
}

}  // namespace lithe::bytecode
