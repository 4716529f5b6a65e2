// SPDX-License-Identifier: Apache-2.0
// Values, constants, guards and the ways out.
#include <algorithm>

#include "base/assert.hpp"
#include "native/abi_names.hpp"
#include "native/emitter.hpp"

namespace lithe::native {

using ssa::FrameState;
using ssa::Op;
using ssa::Type;

llvm::Value* Emitter::use(const Node* node) {
  if (node->op == Op::value_constant) return value_word(node->bits);
  if (llvm::AllocaInst* variable = variables_[node->id])
    return b.CreateLoad(b.getInt64Ty(), variable);
  LITHE_CHECK(values_[node->id]);
  return values_[node->id];
}

void Emitter::define(const Node& node, Value* value) {
  if (llvm::AllocaInst* variable = variables_[node.id]) {
    b.CreateStore(value, variable);
  } else {
    values_[node.id] = value;
  }
}

u32 Emitter::slot_number(Reference::Kind kind, u64 index) {
  Reference wanted{kind, index};
  auto found = std::ranges::find(result_.references, wanted);
  if (found == result_.references.end()) {
    result_.references.push_back(wanted);
    return u32(result_.references.size()) - 1;
  }
  return u32(found - result_.references.begin());
}

llvm::Value* Emitter::slot(Reference::Kind kind, u64 index) {
  u64 at = slot_number(kind, index);
  Value* address = b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), constants_, at);
  llvm::LoadInst* loaded = b.CreateLoad(b.getInt64Ty(), address);
  loaded->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(context_, {}));
  return loaded;
}

/// An immediate stands in the code; a pointer in a slot.
llvm::Value* Emitter::value_word(u64 bits) {
  if (!abi::Value::from_bits(bits).is_pointer()) return word(bits);
  return slot(Reference::Kind::value, bits);
}

llvm::Value* Emitter::field(Value* base, u64 offset) {
  if (base->getType()->isIntegerTy()) base = b.CreateIntToPtr(base, b.getPtrTy());
  return offset == 0 ? base : b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), base, offset);
}

llvm::Value* Emitter::load(Value* base, u64 offset) {
  llvm::LoadInst* loaded = b.CreateLoad(b.getInt64Ty(), field(base, offset));
  loaded->setMetadata(llvm::LLVMContext::MD_tbaa, words_tag_);
  return loaded;
}

void Emitter::store(Value* value, Value* base, u64 offset) {
  b.CreateStore(value, field(base, offset))->setMetadata(llvm::LLVMContext::MD_tbaa, words_tag_);
}

llvm::Value* Emitter::address_of(Value* boxed) {
  return b.CreateIntToPtr(b.CreateAnd(boxed, word(abi::Value::payload_mask)), b.getPtrTy());
}

llvm::BasicBlock* Emitter::block(const char* name) {
  return Block::Create(context_, name, current_);
}

void Emitter::branch(Value* condition, Block* likely, Block* unlikely) {
  llvm::Metadata* items[] = {
      llvm::MDString::get(context_, "branch_weights"),
      llvm::ConstantAsMetadata::get(b.getInt32(1'000'000)),
      llvm::ConstantAsMetadata::get(b.getInt32(1)),
  };
  b.CreateCondBr(condition, likely, unlikely, llvm::MDNode::get(context_, items));
}

void Emitter::guard(Value* condition, const FrameState* state) {
  if (job_.failing_guards) condition = b.CreateAnd(condition, lottery());
  Block* holds = block("holds");
  branch(condition, holds, exit_block(state));
  b.SetInsertPoint(holds);
}

/// True but for one time in 64.
llvm::Value* Emitter::lottery() {
  Value* state = slot(Reference::Kind::lottery);
  Value* next = b.CreateAdd(b.CreateMul(load(state, 0), word(6364136223846793005u)),
                            word(1442695040888963407u));
  store(next, state, 0);
  return b.CreateICmpNE(b.CreateLShr(next, 58), word(0));
}

/// Guards that leave to the same state share the block that does it.
llvm::BasicBlock* Emitter::exit_block(const FrameState* state) {
  Block*& leaves = exit_blocks_[state];
  if (!leaves) {
    leaves = block("exit");
    pending_exits_.emplace_back(state, leaves);
  }
  return leaves;
}

void Emitter::emit_exits() {
  for (u64 i = 0; i < pending_exits_.size(); i++) {
    auto [state, leaves] = pending_exits_[i];
    b.SetInsertPoint(leaves);
    std::vector<Value*> values;
    u32 exit = add_exit(state, false, ExitValue::Kind::nothing, values);
    leave_by(exit, values);
  }
}

ExitValue Emitter::place(const Node* node, std::vector<Value*>& values) {
  using Kind = ExitValue::Kind;
  if (!node) return {};
  if (node->op == Op::value_constant)
    return {Kind::constant, slot_number(Reference::Kind::value, node->bits)};
  Value* value = use(node);
  u32 index = u32(values.size());
  switch (node->type) {
    case Type::integer:
      values.push_back(value);
      return {Kind::integer, index};
    case Type::floating:
      values.push_back(b.CreateBitCast(value, b.getInt64Ty()));
      return {Kind::floating, index};
    case Type::boolean:
      values.push_back(b.CreateZExt(value, b.getInt64Ty()));
      return {Kind::boolean, index};
    default:
      values.push_back(value);
      return {Kind::boxed, index};
  }
}

/// Describes the frames; `values` gets what the block that leaves has to store. With `answered`
/// the innermost frame's call is done, and its result is values[0].
u32 Emitter::add_exit(const FrameState* state, bool answered, ExitValue::Kind kind,
                      std::vector<Value*>& values) {
  Exit exit;
  exit.answered = answered;
  exit.is_guess = !answered;
  for (const FrameState* each = state; each; each = each->outer) {
    ExitFrame frame;
    frame.function = each->function;
    frame.instruction = each->instruction;
    frame.closure = place(each->closure, values);
    for (const Node* node : each->registers) frame.registers.push_back(place(node, values));
    if (answered && each == state) {
      const auto& code = graph_.request.functions[u32(each->function)].function->code;
      u32 result = code[each->instruction].a;
      if (frame.registers.size() <= result) frame.registers.resize(result + 1);
      frame.registers[result] = {kind, 0};
    }
    exit.frames.insert(exit.frames.begin(), std::move(frame));
  }
  result_.exits.push_back(std::move(exit));
  return u32(result_.exits.size()) - 1;
}

/// The call that `state` stands at has given `result`, which nothing here can go on with.
void Emitter::exit_answered(const FrameState* state, Value* result, ExitValue::Kind kind) {
  if (kind == ExitValue::Kind::floating) result = b.CreateBitCast(result, b.getInt64Ty());
  if (kind == ExitValue::Kind::boolean) result = b.CreateZExt(result, b.getInt64Ty());
  std::vector<Value*> values{result};
  u32 exit = add_exit(state, true, kind, values);
  leave_by(exit, values);
}

void Emitter::leave_by(u32 exit, const std::vector<Value*>& values) {
  exit_slots_ = std::max(exit_slots_, u32(values.size()));
  for (u32 i = 0; i < values.size(); i++) store(values[i], exit_values_, i * 8);
  Value* outcome = helper("guard_exit", {constants_, word(exit), exit_values_});
  leave(b.CreateExtractValue(outcome, 0), b.CreateExtractValue(outcome, 1));
}

/// The exit that describes the frames of `state` to whom an error passes them.
u32 Emitter::unwound_exit(const FrameState* state) {
  u32& exit = unwound_exits_.try_emplace(state, ~u32{0}).first->second;
  if (exit != ~u32{0}) return exit;
  Exit passed;
  for (const FrameState* each = state; each; each = each->outer) {
    ExitFrame frame;
    frame.function = each->function;
    frame.instruction = each->instruction;
    passed.frames.insert(passed.frames.begin(), std::move(frame));
  }
  exit = u32(result_.exits.size());
  result_.exits.push_back(std::move(passed));
  return exit;
}

/// An error passes the frames of `state`.
void Emitter::leave_unwound(const FrameState* state) {
  helper("unwound", {constants_, word(unwound_exit(state))});
  leave_with(abi::error);
}

/// After a call with a status that is not ok. `state`: of the frames that wait for it. There are
/// some: a call in the place of the function's own result ends it (emit_tail).
llvm::Value* Emitter::settle(const FrameState* state, Value* value, Value* status) {
  LITHE_CHECK(state != nullptr);
  return helper("settle", {constants_, word(unwound_exit(state)), value, status});
}

/// Ends in `next`, or leaves as the outcome says.
void Emitter::go_on_if_ok(Value* outcome, Block* next) {
  Block* bad = block("bad");
  Value* status = b.CreateExtractValue(outcome, 1);
  b.CreateCondBr(b.CreateICmpEQ(status, word(abi::ok)), next, bad);
  b.SetInsertPoint(bad);
  leave(b.CreateExtractValue(outcome, 0), status);
  b.SetInsertPoint(next);
}

void Emitter::leave(Value* value, Value* status) {
  Value* outcome = b.CreateInsertValue(llvm::PoisonValue::get(outcome_type_), value, 0);
  b.CreateRet(b.CreateInsertValue(outcome, status, 1));
}

namespace {

template <class Result>
llvm::Type* result_type(llvm::IRBuilder<>& b, llvm::Type* outcome) {
  if constexpr (std::is_void_v<Result>) return b.getVoidTy();
  if constexpr (std::is_pointer_v<Result>) return b.getPtrTy();
  if constexpr (std::is_same_v<Result, process::Outcome>) return outcome;
  return b.getInt64Ty();
}

}  // namespace

llvm::Value* Emitter::helper(const char* name, std::vector<Value*> arguments) {
  using process::Outcome;
  using process::Status;
  std::string_view wanted = name;
  llvm::Type* result = nullptr;
#define LITHE_HELPER(helper, type, parameters, text) \
  if (wanted == #helper) result = result_type<type>(b, outcome_type_);
  LITHE_HELPERS(LITHE_HELPER)
#undef LITHE_HELPER
  u64 offset = abi::helper_offset(wanted);
  arguments.insert(arguments.begin(), x_);
  std::vector<llvm::Type*> types;
  for (Value* argument : arguments) types.push_back(argument->getType());
  Value* table = b.CreateLoad(b.getPtrTy(), field(x_, abi::helpers));
  Value* function = b.CreateLoad(b.getPtrTy(), field(table, offset));
  return b.CreateCall(llvm::FunctionType::get(result, types, false), function, arguments);
}

}  // namespace lithe::native
