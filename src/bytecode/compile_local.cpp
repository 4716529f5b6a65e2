// SPDX-License-Identifier: Apache-2.0
// Local and global variables.
#include "bytecode/function_compiler.hpp"

namespace lithe::bytecode {

using core::as;
using core::LocalPlace;
using core::Node;
using core::NodeKind;

bool FunctionCompiler::own_register(const Node& node, Register& reg) const {
  if (node.kind != NodeKind::local_ref) return false;
  const LocalPlace& place = as<core::LocalRef>(node).place;
  if (place.capture != LocalPlace::own || place.local->boxed()) return false;
  reg = registers_[place.local->id];
  return true;
}

void FunctionCompiler::local_ref(const LocalPlace& place, Goal goal, Register base,
                                 syntax::Span span) {
  bool own = place.capture == LocalPlace::own;
  if (!place.local->boxed()) {
    if (own) return deliver(goal, registers_[place.local->id], span);
    if (goal.is_drop()) return;
  }
  Register to = this->place(goal, base);
  if (!place.local->boxed()) {
    emit(Opcode::get_capture, to, place.capture, header_, span);
  } else if (own) {
    emit(Opcode::box_get, to, registers_[place.local->id], 0, span);
  } else {
    Register box = next_free();
    emit(Opcode::get_capture, box, place.capture, header_, span);
    keep(box);
    emit(Opcode::box_get, to, box, 0, span);
  }
  deliver(goal, to, span);
}

void FunctionCompiler::set_local(const core::SetLocal& node, Goal goal) {
  const LocalPlace& place = node.place;
  bool own = place.capture == LocalPlace::own;
  if (!place.local->boxed()) {
    LITHE_ASSERT(own);
    Register reg = registers_[place.local->id];
    visit(*node.value, Goal::value(reg));
    return deliver(goal, reg, node.span);
  }
  Register value = operand(*node.value);
  Register box;
  if (own) {
    box = registers_[place.local->id];
  } else {
    box = next_free();
    emit(Opcode::get_capture, box, place.capture, header_, node.span);
    keep(box);
  }
  emit(Opcode::box_set, box, value, 0, node.span);
  deliver(goal, value, node.span);
}

void FunctionCompiler::self_ref(const core::SelfRef& node, Goal goal, Register base) {
  if (goal.is_drop()) return;
  Register to = place(goal, base);
  if (node.place.capture == LocalPlace::own) {
    emit(Opcode::get_self, to, header_, 0, node.span);
  } else {
    emit(Opcode::get_capture, to, node.place.capture, header_, node.span);
  }
  deliver(goal, to, node.span);
}

void FunctionCompiler::get_global(const core::GlobalRef& node, Goal goal, Register base) {
  Register to = place(goal, base);
  emit_wide(Opcode::get_global, to, emitter_.name({node.name, node.library}), node.span);
  deliver(goal, to, node.span);
}

void FunctionCompiler::write_global(Opcode op, u32 name, const Node& value, Goal goal,
                                    syntax::Span span) {
  Register from = operand(value);
  emit_wide(op, from, emitter_.name({name}), span);
  deliver(goal, from, span);
}

void FunctionCompiler::bind(const core::Binding& binding, syntax::Span span) {
  if (!binding.local) return visit(*binding.init, Goal::drop());
  const core::Local& local = *binding.local;
  if (!binding.init) {
    Register reg = next_free();
    if (local.boxed()) {
      emit(Opcode::box_empty, reg, 0, 0, span);
    } else {
      emit_wide(Opcode::load_integer, reg, 0, span);  // initialised, though nothing reads it
    }
    keep(reg);
    return set_register(local, reg);
  }
  // A variable that stands for another one, neither ever assigned, needs no register.
  Register same;
  if (!local.assigned && own_register(*binding.init, same) &&
      !as<core::LocalRef>(*binding.init).place.local->assigned) {
    return set_register(local, same);
  }
  bind_register(local, fresh(*binding.init), span);
}

void FunctionCompiler::bind_all(std::span<const core::Binding> bindings, syntax::Span span) {
  for (const core::Binding& binding : bindings) bind(binding, span);
}

void FunctionCompiler::bind_register(const core::Local& local, Register reg, syntax::Span span) {
  set_register(local, reg);
  if (local.boxed()) emit(Opcode::box_new, reg, reg, 0, span);
}

}  // namespace lithe::bytecode
