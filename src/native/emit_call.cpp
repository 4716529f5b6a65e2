// SPDX-License-Identifier: Apache-2.0
// Calls, tail calls, returns and polls.
#include "base/assert.hpp"
#include "native/abi_names.hpp"
#include "native/emitter.hpp"

namespace lithe::native {

using ssa::FrameState;
using ssa::Op;
using ssa::Type;
using value::Kind;

llvm::Value* Emitter::stack_pointer() {
  llvm::Metadata* name[] = {llvm::MDString::get(context_, "rsp")};
  Value* reg = llvm::MetadataAsValue::get(context_, llvm::MDNode::get(context_, name));
  return b.CreateIntrinsic(llvm::Intrinsic::read_register, {b.getInt64Ty()}, {reg});
}

/// False once something that the code rests on was redefined.
llvm::Value* Emitter::is_valid() {
  Value* own = slot(Reference::Kind::self);
  llvm::LoadInst* flag = b.CreateLoad(b.getInt64Ty(), field(own, job_.layout.native_valid));
  flag->setAtomic(llvm::AtomicOrdering::Monotonic);
  flag->setAlignment(llvm::Align(8));
  return b.CreateICmpNE(flag, word(0));
}

/// A call window: the node's inputs from `first` on, above everything live in the process stack.
llvm::Value* Emitter::window(const Node& node, u32 first) {
  Value* top = b.CreateLoad(b.getPtrTy(), field(x_, abi::stack_top));
  for (u32 i = first; i < node.inputs.size(); i++)
    store(use(node.inputs[i]), top, 8 * u64{i - first});
  return top;
}

/// A closure that takes exactly that many arguments; ends in a block where `code` is its Code.
llvm::Value* Emitter::has_exact(Value* callee, u32 count, Value*& code) {
  Block* object = block("object");
  Block* closure = block("closure");
  Block* known = block("known");
  Block* start = b.GetInsertBlock();
  b.CreateCondBr(b.CreateICmpEQ(b.CreateLShr(callee, 49), word(abi::pair_object)), object, known);
  b.SetInsertPoint(object);
  Value* address = address_of(callee);
  Value* kind = b.CreateLoad(b.getInt8Ty(), field(address, 4));
  b.CreateCondBr(b.CreateICmpEQ(kind, b.getInt8(u8(Kind::closure))), closure, known);
  b.SetInsertPoint(closure);
  Value* found = load(address, 8);
  Value* takes = b.CreateLoad(b.getInt16Ty(), field(found, job_.layout.code_exact_arguments));
  Value* exact = b.CreateICmpEQ(takes, b.getInt16(u16(count)));
  b.CreateBr(known);
  b.SetInsertPoint(known);
  llvm::PHINode* answer = b.CreatePHI(b.getInt1Ty(), 3);
  answer->addIncoming(b.getFalse(), start);
  answer->addIncoming(b.getFalse(), object);
  answer->addIncoming(exact, closure);
  llvm::PHINode* phi = b.CreatePHI(b.getInt64Ty(), 3);
  phi->addIncoming(word(0), start);
  phi->addIncoming(word(0), object);
  phi->addIncoming(found, closure);
  code = phi;
  return answer;
}

/// The direct call of a compiled function: raw arguments.
llvm::CallInst* Emitter::call_body(const Node& node) {
  bool own = node.op == Op::call_self || node.bits == ssa::own_native;
  const ssa::Native* native = own ? nullptr : &graph_.request.natives[node.bits];
  const ssa::Signature& signature = own ? graph_.signature : native->signature;
  std::vector<Value*> leading{x_}, arguments;
  if (signature.takes_closure) {
    leading.push_back(own ? use(graph_.closure)
                          : value_word(graph_.request.functions[u32(native->function)].closure));
  }
  for (const Node* input : node.inputs) arguments.push_back(use(input));
  Value* target = body_;
  if (!own) target = b.CreateIntToPtr(slot(Reference::Kind::native, node.bits), b.getPtrTy());
  if (!node.is_end()) link_roots(node);
  llvm::CallInst* call = b.CreateCall(body_type(signature, false), target,
                                      pass(signature, std::move(leading), arguments));
  call->setCallingConv(llvm::CallingConv::Tail);
  return call;
}

/// A call of whatever it is: directly if that is compiled and takes the arguments as they are.
llvm::Value* Emitter::call_any(const Node& node) {
  Value* callee = use(node.inputs[0]);
  u32 count = u32(node.inputs.size()) - 1;
  Value* code;
  Value* exact = has_exact(callee, count, code);
  if (node.replaces_frame) {
    guard(exact, node.state);
    exact = b.getTrue();
  }
  Value* top = window(node, 1);
  link_roots(node);
  Block* closure = block("closure");
  Block* direct = block("direct");
  Block* general = block("general");
  Block* next = block("called");
  b.CreateCondBr(exact, closure, general);
  b.SetInsertPoint(closure);
  Value* entry = b.CreateLoad(b.getPtrTy(), field(code, job_.layout.code_native_entry));
  b.CreateCondBr(b.CreateIsNotNull(entry), direct, general);
  b.SetInsertPoint(direct);
  Value* quick = b.CreateCall(entry_->getFunctionType(), entry,
                              {x_, llvm::ConstantPointerNull::get(b.getPtrTy()), callee, top});
  b.CreateBr(next);
  b.SetInsertPoint(general);
  Value* slow = helper("call", {callee, word(count)});
  b.CreateBr(next);
  b.SetInsertPoint(next);
  llvm::PHINode* outcome = b.CreatePHI(outcome_type_, 2);
  outcome->addIncoming(quick, direct);
  outcome->addIncoming(slow, general);
  return outcome;
}

void Emitter::emit_call(const Node& node) {
  switch (node.op) {
    case Op::call_self:
    case Op::call_known:
      return after_call(node, call_body(node));
    case Op::call_value:
      return after_call(node, call_any(node));
    default: {
      window(node, 0);
      link_roots(node);
      return after_call(node, helper("primitive", {word(node.bits), word(node.inputs.size())}));
    }
  }
}

void Emitter::after_call(const Node& node, Value* outcome) {
  bool is_direct = node.op == Op::call_self || node.op == Op::call_known;
  // A direct call of the function itself found out by itself: it gives a boxed value then.
  bool may_be_stale = node.after && !graph_.dependencies.empty();
  const FrameState* passed = node.op == Op::call_primitive ? node.state : node.after;
  Value* value = b.CreateExtractValue(outcome, 0);
  Value* status = b.CreateExtractValue(outcome, 1);
  Block* quick = block("ok");
  Block* slow = block("slow");
  Block* next = block("next");
  branch(b.CreateICmpEQ(status, word(abi::ok)), quick, slow);
  b.SetInsertPoint(quick);
  unlink_roots(node);
  Value* raw = value;
  if (node.type == Type::floating) raw = b.CreateBitCast(value, b.getDoubleTy());
  if (node.type == Type::boolean) {
    raw = is_direct ? b.CreateICmpNE(value, word(0)) : b.CreateICmpEQ(value, word(abi::true_word));
  }
  if (may_be_stale && node.op != Op::call_self) check_valid(node, raw);
  Block* quick_end = b.GetInsertBlock();
  b.CreateBr(next);

  b.SetInsertPoint(slow);
  Value* settled = settle(passed, value, status);
  unlink_roots(node);
  Block* answered = block("answered");
  Value* settled_value = b.CreateExtractValue(settled, 0);
  go_on_if_ok(settled, answered);
  Value* good = may_be_stale ? is_valid() : b.getTrue();
  if (ssa::is_raw(node.type) && is_direct) {
    Value* right = node.type == Type::boolean
                       ? b.CreateOr(b.CreateICmpEQ(settled_value, word(abi::true_word)),
                                    b.CreateICmpEQ(settled_value, word(abi::false_word)))
                       : check_type(settled_value, node.type);
    good = b.CreateAnd(good, right);
  }
  Block* fits_here = block("fits");
  Block* leaves = block("leaves");
  b.CreateCondBr(node.after ? good : b.getTrue(), fits_here, leaves);
  b.SetInsertPoint(leaves);
  if (node.after) {
    exit_answered(node.after, settled_value, ExitValue::Kind::boxed);
  } else {
    b.CreateUnreachable();
  }
  b.SetInsertPoint(fits_here);
  Value* unpacked = raw_of(settled_value, node.type);
  Block* slow_end = b.GetInsertBlock();
  b.CreateBr(next);
  b.SetInsertPoint(next);
  llvm::PHINode* result = b.CreatePHI(raw->getType(), 2);
  result->addIncoming(raw, quick_end);
  result->addIncoming(unpacked, slow_end);
  define(node, result);
}

/// After other code has run: leaves with the call's result if the code is stale.
void Emitter::check_valid(const Node& node, Value* raw) {
  using Kind = ExitValue::Kind;
  Block* fresh = block("fresh");
  Block* stale = block("stale");
  Value* valid = is_valid();
  if (job_.failing_guards) valid = b.CreateAnd(valid, lottery());
  branch(valid, fresh, stale);
  b.SetInsertPoint(stale);
  Kind kind = node.type == Type::integer    ? Kind::integer
              : node.type == Type::floating ? Kind::floating
              : node.type == Type::boolean  ? Kind::boolean
                                            : Kind::boxed;
  exit_answered(node.after, raw, kind);
  b.SetInsertPoint(fresh);
}

void Emitter::emit_return(const Node& node) {
  Value* value = use(node.inputs[0]);
  if (graph_.signature.result == Type::floating) value = b.CreateBitCast(value, b.getInt64Ty());
  if (graph_.signature.result == Type::boolean) value = b.CreateZExt(value, b.getInt64Ty());
  leave(value, word(abi::ok));
}

void Emitter::emit_tail(const Node& node) {
  if (node.op == Op::tail_known) {
    // Loops get here through calls of other functions, so this polls at the callee's entry.
    llvm::CallInst* call = call_body(node);
    call->setTailCallKind(llvm::CallInst::TCK_MustTail);
    b.CreateRet(call);
    return;
  }
  Value* callee = use(node.inputs[0]);
  u32 count = u32(node.inputs.size()) - 1;
  Value* code;
  guard(has_exact(callee, count, code), node.state);
  window(node, 1);
  store(callee, x_, abi::tail_callee);
  store(word(count), x_, abi::tail_arguments);
  leave_with(abi::tail_pending);
}

void Emitter::emit_poll(const Node& node) {
  Block* polls = block("poll");
  Block* on = block("on");
  llvm::LoadInst* limit = b.CreateLoad(b.getInt64Ty(), field(x_, abi::native_limit));
  limit->setVolatile(true);  // somebody else lowers it
  branch(b.CreateICmpUGE(stack_pointer(), limit), on, polls);
  b.SetInsertPoint(polls);
  link_roots(node);
  Value* status = helper("poll", {});
  unlink_roots(node);
  Block* polled = block("polled");
  Block* ended = block("stops");
  branch(b.CreateICmpEQ(status, word(abi::ok)), polled, ended);
  b.SetInsertPoint(ended);
  Value* settled = settle(node.state, word(0), status);
  leave(b.CreateExtractValue(settled, 0), b.CreateExtractValue(settled, 1));
  b.SetInsertPoint(polled);
  if (!graph_.dependencies.empty()) guard(is_valid(), node.state);
  b.CreateBr(on);
  b.SetInsertPoint(on);
  if (job_.failing_guards) guard(b.getTrue(), node.state);
}

}  // namespace lithe::native
