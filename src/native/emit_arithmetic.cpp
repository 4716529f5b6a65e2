// SPDX-License-Identifier: Apache-2.0
// Arithmetic, comparison and conversion between types.
#include "base/assert.hpp"
#include "native/abi_names.hpp"
#include "native/emitter.hpp"

namespace lithe::native {

using ssa::FrameState;
using ssa::Op;
using ssa::Type;

namespace {

llvm::CmpInst::Predicate integer_predicate(Op op) {
  switch (op) {
    case Op::less:
      return llvm::CmpInst::ICMP_SLT;
    case Op::less_equal:
      return llvm::CmpInst::ICMP_SLE;
    case Op::greater:
      return llvm::CmpInst::ICMP_SGT;
    case Op::greater_equal:
      return llvm::CmpInst::ICMP_SGE;
    default:
      return llvm::CmpInst::ICMP_EQ;
  }
}

/// A NaN makes every one false.
llvm::CmpInst::Predicate float_predicate(Op op) {
  switch (op) {
    case Op::less:
      return llvm::CmpInst::FCMP_OLT;
    case Op::less_equal:
      return llvm::CmpInst::FCMP_OLE;
    case Op::greater:
      return llvm::CmpInst::FCMP_OGT;
    case Op::greater_equal:
      return llvm::CmpInst::FCMP_OGE;
    default:
      return llvm::CmpInst::FCMP_OEQ;
  }
}

}  // namespace

void Emitter::emit_arithmetic(const Node& node) {
  Value* l = use(node.inputs[0]);
  Value* r = use(node.inputs[1]);
  switch (node.mode) {
    case ssa::Mode::integer:
      return define(node, integer_operation(node, l, r));
    case ssa::Mode::floating:
      return define(node, float_operation(node, l, r));
    default:
      return generic_operation(node, l, r);
  }
}

llvm::Value* Emitter::with_overflow(llvm::Intrinsic::ID id, Value* l, Value* r,
                                    const FrameState* state) {
  Value* pair = b.CreateBinaryIntrinsic(id, l, r);
  guard(b.CreateNot(b.CreateExtractValue(pair, 1)), state);
  return b.CreateExtractValue(pair, 0);
}

llvm::Value* Emitter::integer_operation(const Node& node, Value* l, Value* r) {
  const FrameState* state = node.state;
  // Neither 0 nor -1: divides without a trap.
  auto divides = [&] { guard(b.CreateICmpUGT(b.CreateAdd(r, word(1)), word(1)), state); };
  switch (node.op) {
    case Op::add:
      return with_overflow(llvm::Intrinsic::sadd_with_overflow, l, r, state);
    case Op::subtract:
      return with_overflow(llvm::Intrinsic::ssub_with_overflow, l, r, state);
    case Op::multiply:
      return with_overflow(llvm::Intrinsic::smul_with_overflow, l, r, state);
    case Op::divide: {
      divides();
      Value* quotient = b.CreateSDiv(l, r);
      guard(b.CreateICmpEQ(b.CreateMul(quotient, r), l), state);
      return quotient;
    }
    case Op::modulo: {
      guard(b.CreateICmpSGT(r, word(0)), state);
      Value* rest = b.CreateSRem(l, r);
      return b.CreateSelect(b.CreateICmpSLT(rest, word(0)), b.CreateAdd(rest, r), rest);
    }
    case Op::remainder:
      divides();
      return b.CreateSRem(l, r);
    case Op::quotient:
      divides();
      return b.CreateSDiv(l, r);
    case Op::bit_and:
      return b.CreateAnd(l, r);
    case Op::bit_or:
      return b.CreateOr(l, r);
    case Op::bit_xor:
      return b.CreateXor(l, r);
    case Op::shift_left: {
      guard(b.CreateICmpULT(r, word(63)), state);
      Value* shifted = b.CreateShl(l, r);
      guard(b.CreateICmpEQ(b.CreateAShr(shifted, r), l), state);
      return shifted;
    }
    case Op::shift_right: {
      guard(b.CreateICmpSGE(r, word(0)), state);
      Value* count = b.CreateSelect(b.CreateICmpULT(r, word(63)), r, word(63));
      return b.CreateAShr(l, count);
    }
    default:
      return b.CreateICmp(integer_predicate(node.op), l, r);
  }
}

llvm::Value* Emitter::float_operation(const Node& node, Value* l, Value* r) {
  switch (node.op) {
    case Op::add:
      return b.CreateFAdd(l, r);
    case Op::subtract:
      return b.CreateFSub(l, r);
    case Op::multiply:
      return b.CreateFMul(l, r);
    case Op::divide:
      return b.CreateFDiv(l, r);
    default:
      return b.CreateFCmp(float_predicate(node.op), l, r);
  }
}

void Emitter::emit_on_numbers(const Node& node) {
  bool floating = node.mode == ssa::Mode::floating;
  Value* x = use(node.inputs[0]);
  auto negative = [&] {
    return floating ? b.CreateFNeg(x)
                    : with_overflow(llvm::Intrinsic::ssub_with_overflow, word(0), x, node.state);
  };
  if (node.op == Op::negate) return define(node, negative());
  if (node.op == Op::absolute) {
    if (floating) return define(node, b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, x));
    return define(node, b.CreateSelect(b.CreateICmpSLT(x, word(0)), negative(), x));
  }
  Value* y = use(node.inputs[1]);
  bool least = node.op == Op::minimum;
  if (!floating) {
    auto id = least ? llvm::Intrinsic::smin : llvm::Intrinsic::smax;
    return define(node, b.CreateBinaryIntrinsic(id, x, y));
  }
  Value* better = b.CreateFCmp(least ? llvm::CmpInst::FCMP_ULT : llvm::CmpInst::FCMP_UGT, y, x);
  // Unordered with a NaN in front: that one stays.
  Value* chosen = b.CreateSelect(better, y, x);
  define(node, b.CreateSelect(b.CreateFCmpUNO(x, x), x, chosen));
}

/// Small integers here, all else in the runtime.
void Emitter::generic_operation(const Node& node, Value* l, Value* r) {
  bool compares = ssa::is_comparison(node.op);
  Block* quick = block("quick");
  Block* slow = block("slow");
  Block* next = block("next");
  std::vector<std::pair<Value*, Block*>> results;
  auto give = [&](Value* value) {
    results.emplace_back(value, b.GetInsertBlock());
    b.CreateBr(next);
  };
  bool has_quick = compares || node.op == Op::add || node.op == Op::subtract;
  if (has_quick) {
    b.CreateCondBr(is_integer(b.CreateAnd(l, r)), quick, slow);
    b.SetInsertPoint(quick);
    Value* high_l = b.CreateShl(l, 16);
    Value* high_r = b.CreateShl(r, 16);
    if (compares) {
      give(b.CreateICmp(integer_predicate(node.op), high_l, high_r));
    } else {
      auto id = node.op == Op::add ? llvm::Intrinsic::sadd_with_overflow
                                   : llvm::Intrinsic::ssub_with_overflow;
      Value* pair = b.CreateBinaryIntrinsic(id, high_l, high_r);
      Block* fitting = block("fits");
      branch(b.CreateNot(b.CreateExtractValue(pair, 1)), fitting, slow);
      b.SetInsertPoint(fitting);
      give(b.CreateOr(b.CreateLShr(b.CreateExtractValue(pair, 0), 16),
                      word(abi::Value::integer_tag)));
    }
  } else {
    quick->eraseFromParent();
    b.CreateBr(slow);
  }
  b.SetInsertPoint(slow);
  if (node.op == Op::equal) {
    give(b.CreateICmpNE(helper("equal", {l, r}), word(0)));
  } else {
    link_roots(node);
    u64 what = u64{node.opcode} | u64{node.before} << 16 | u64{node.swapped} << 32;
    Value* result = helper("arithmetic", {word(what), l, r});
    unlink_roots(node);
    Block* good = block("good");
    Block* failed = block("failed");
    branch(b.CreateICmpNE(result, word(abi::error_word)), good, failed);
    b.SetInsertPoint(failed);
    leave_unwound(node.state);
    b.SetInsertPoint(good);
    give(compares ? b.CreateICmpEQ(result, word(abi::true_word)) : result);
  }
  b.SetInsertPoint(next);
  llvm::PHINode* phi = b.CreatePHI(compares ? b.getInt1Ty() : b.getInt64Ty(), 2);
  for (auto [value, from] : results) phi->addIncoming(value, from);
  define(node, phi);
}

llvm::Value* Emitter::is_integer(Value* boxed) {
  return b.CreateICmpUGE(boxed, word(abi::Value::integer_tag));
}
llvm::Value* Emitter::is_float(Value* boxed) {
  return b.CreateICmpULT(boxed, word(abi::Value::word_tag));
}
llvm::Value* Emitter::integer_of(Value* boxed) { return b.CreateAShr(b.CreateShl(boxed, 16), 16); }
llvm::Value* Emitter::tagged(Value* raw) { return b.CreateOr(raw, word(abi::Value::integer_tag)); }
llvm::Value* Emitter::fits(Value* raw) {
  return b.CreateICmpULT(b.CreateAdd(raw, word(u64{1} << 47)), word(u64{1} << 48));
}
llvm::Value* Emitter::truth_word(Value* bit) {
  return b.CreateSelect(bit, word(abi::true_word), word(abi::false_word));
}
llvm::Value* Emitter::box_float(Value* raw) {
  Value* is_nan = b.CreateFCmpUNO(raw, raw);
  return b.CreateSelect(is_nan, word(abi::Value::canonical_nan),
                        b.CreateBitCast(raw, b.getInt64Ty()));
}

/// `collecting`: the node whose roots are to be linked where boxing may collect; null: there are
/// none, or they are linked.
llvm::Value* Emitter::box(Value* raw, Type type, const Node* collecting) {
  if (type == Type::floating) return box_float(raw);
  if (type == Type::boolean) return truth_word(raw);
  if (type == Type::any) return raw;
  Block* small = block("small");
  Block* large = block("large");
  Block* next = block("boxed");
  branch(fits(raw), small, large);
  b.SetInsertPoint(small);
  Value* quick = tagged(raw);
  b.CreateBr(next);
  b.SetInsertPoint(large);
  if (collecting) link_roots(*collecting);
  Value* slow = helper("box_integer", {raw});
  if (collecting) unlink_roots(*collecting);
  b.CreateBr(next);
  Block* from = b.GetInsertBlock();
  b.SetInsertPoint(next);
  llvm::PHINode* phi = b.CreatePHI(b.getInt64Ty(), 2);
  phi->addIncoming(quick, small);
  phi->addIncoming(slow, from);
  return phi;
}

void Emitter::emit_conversion(const Node& node) {
  Value* input = use(node.inputs[0]);
  switch (node.op) {
    case Op::box:
      return define(node, box(input, node.inputs[0]->type, &node));
    case Op::unbox_integer:
      guard(is_integer(input), node.state);
      return define(node, integer_of(input));
    case Op::unbox_float:
      guard(is_float(input), node.state);
      return define(node, b.CreateBitCast(input, b.getDoubleTy()));
    case Op::unbox_number: {
      Value* whole = is_integer(input);
      guard(b.CreateOr(is_float(input), whole), node.state);
      Value* converted = b.CreateSIToFP(integer_of(input), b.getDoubleTy());
      return define(node,
                    b.CreateSelect(whole, converted, b.CreateBitCast(input, b.getDoubleTy())));
    }
    case Op::integer_to_float:
      if (node.state) {
        constexpr u64 exact = u64{1} << 53;
        guard(b.CreateICmpULE(b.CreateAdd(input, word(exact)), word(2 * exact)), node.state);
      }
      return define(node, b.CreateSIToFP(input, b.getDoubleTy()));
    case Op::strip_limit: {
      Value* far = b.CreateBinaryIntrinsic(llvm::Intrinsic::sadd_sat, input, word(node.bits));
      return define(node, b.CreateBinaryIntrinsic(llvm::Intrinsic::smin, use(node.inputs[1]), far));
    }
    case Op::truthy:
      return define(node, b.CreateICmpNE(b.CreateAnd(input, word(~u64{1})), word(abi::nil)));
    case Op::logical_not:
      return define(node, b.CreateNot(input));
    default:
      LITHE_UNREACHABLE();
  }
}

}  // namespace lithe::native
