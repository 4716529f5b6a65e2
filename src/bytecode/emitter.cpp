// SPDX-License-Identifier: Apache-2.0
#include "bytecode/emitter.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "syntax/datum.hpp"

namespace lithe::bytecode {

namespace {

/// How far back a table is searched for an equal entry: twice in it does no harm.
constexpr size_t search_window = 64;

bool has_short_jump(Opcode op) {
  Format format = opcode_table[u16(op)].format;
  return format == Format::abj || format == Format::aij;
}

/// Equal data whose values need no memory.
bool same_immediate(const syntax::Datum& a, const syntax::Datum& b) {
  using Kind = syntax::DatumKind;
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::nil:
      return true;
    case Kind::boolean:
      return a.truth == b.truth;
    case Kind::integer:
      return a.integer == b.integer;
    case Kind::symbol:
    case Kind::keyword:
      return a.name == b.name;
    case Kind::list:
      return a.size == 0 && b.size == 0;
    default:
      return false;
  }
}

}  // namespace

void Emitter::begin(Function& out, bool long_jumps) {
  out_ = &out;
  out.clear();
  pending_.clear();
  reachable_ = true;
  long_jumps_ = long_jumps;
  too_far_ = false;
}

void Emitter::jump(Instruction instruction, JumpList& list, u32 live_top, syntax::Span span) {
  if (!reachable_) return;
  if (instruction.opcode() == Opcode::jump) reachable_ = false;
  if (long_jumps_ && has_short_jump(instruction.opcode())) {
    // Unless the condition holds, over one jump to the other.
    instruction.c = 1;
    append(instruction, live_top, span);
    append(Instruction::as(Opcode::jump, 0, 1), live_top, span);
    instruction = Instruction::as(Opcode::jump, 0, 0);
  }
  pending_.push_back({here(), list.first});
  list.first = u32(pending_.size() - 1);
  append(instruction, live_top, span);
}

void Emitter::bind(JumpList& list) {
  if (list.empty()) return;
  reachable_ = true;
  for (u32 at = list.first; at != JumpList::none; at = pending_[at].next) {
    patch(pending_[at].instruction);
  }
  list.first = JumpList::none;
}

void Emitter::patch(u32 at) {
  Instruction& instruction = out_->code[at];
  i32 distance = i32(here() - at - 1);
  if (!has_short_jump(instruction.opcode())) {
    instruction = Instruction::as(instruction.opcode(), instruction.a, distance);
    return;
  }
  too_far_ |= distance > INT16_MAX;
  instruction.c = u16(distance);
}

u32 Emitter::constant(const syntax::Datum& datum) {
  auto& constants = out_->constants;
  size_t end = constants.size();
  for (size_t i = end; i > end - std::min(end, search_window); i--) {
    const syntax::Datum& other = *constants[i - 1];
    if (&other == &datum || same_immediate(other, datum)) return u32(i - 1);
  }
  constants.push_back(&datum);
  return u32(end);
}

u32 Emitter::name(UsedName used) {
  auto& names = out_->names;
  size_t end = names.size();
  for (size_t i = end; i > end - std::min(end, search_window); i--) {
    if (names[i - 1] == used) return u32(i - 1);
  }
  names.push_back(used);
  return u32(end);
}

void Emitter::primitive_name(u32 id) {
  auto& names = out_->primitive_names;
  if (std::find(names.begin(), names.end(), id) == names.end()) names.push_back(id);
}

}  // namespace lithe::bytecode
