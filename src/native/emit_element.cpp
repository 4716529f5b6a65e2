// SPDX-License-Identifier: Apache-2.0
// Elements of buffers and vectors.
#include "native/abi_names.hpp"
#include "native/emitter.hpp"

namespace lithe::native {

using ssa::Op;
using value::ElementType;
using value::Kind;
using value::Object;

namespace {

constexpr u64 header_mask(u8 kind, u8 flags) { return u64{kind} << 32 | u64{flags} << 40; }

}  // namespace

llvm::Type* Emitter::element_type(u64 type) {
  switch (ElementType(type)) {
    case ElementType::u8_:
      return b.getInt8Ty();
    case ElementType::i32_:
      return b.getInt32Ty();
    case ElementType::i64_:
      return b.getInt64Ty();
    case ElementType::f32_:
      return b.getFloatTy();
    case ElementType::f64_:
      return b.getDoubleTy();
  }
  LITHE_UNREACHABLE();
}

/// Guards that a Value is an object whose header, under a mask, has these bits. => its address.
llvm::Value* Emitter::guarded_header(const Node& node, Value* boxed, u64 mask, u64 bits) {
  guard(b.CreateICmpEQ(b.CreateLShr(boxed, 49), word(abi::pair_object)), node.state);
  Value* address = address_of(boxed);
  guard(b.CreateICmpEQ(b.CreateAnd(load(address, 0), word(mask)), word(bits)), node.state);
  return address;
}

/// The address of an element of a buffer of the node's type, once all that is guarded.
llvm::Value* Emitter::buffer_element(const Node& node) {
  u8 frozen = node.op == Op::buffer_set ? Object::flag_frozen : 0;
  Value* buffer = guarded_header(node, use(node.inputs[0]), header_mask(0xFF, frozen),
                                 header_mask(u8(Kind::buffer), 0));
  Value* index = use(node.inputs[1]);
  Value* data = b.CreateIntToPtr(load(buffer, 8), b.getPtrTy());
  llvm::LoadInst* type = b.CreateLoad(b.getInt8Ty(), field(data, abi::data_type));
  type->setMetadata(llvm::LLVMContext::MD_tbaa, words_tag_);
  guard(b.CreateICmpEQ(type, b.getInt8(u8(node.bits))), node.state);
  guard(b.CreateICmpULT(index, load(data, abi::data_length)), node.state);
  return b.CreateGEP(element_type(node.bits), field(data, abi::data_elements), index);
}

void Emitter::emit_buffer_get(const Node& node) {
  Value* address = buffer_element(node);
  llvm::LoadInst* element = b.CreateLoad(element_type(node.bits), address);
  element->setMetadata(llvm::LLVMContext::MD_tbaa, elements_tag_);
  switch (ElementType(node.bits)) {
    case ElementType::u8_:
      return define(node, b.CreateZExt(element, b.getInt64Ty()));
    case ElementType::i32_:
      return define(node, b.CreateSExt(element, b.getInt64Ty()));
    case ElementType::f32_:
      return define(node, b.CreateFPExt(element, b.getDoubleTy()));
    default:
      return define(node, element);
  }
}

void Emitter::emit_buffer_set(const Node& node) {
  Value* address = buffer_element(node);
  Value* number = use(node.inputs[2]);
  llvm::Type* type = element_type(node.bits);
  if (type->isIntegerTy()) number = b.CreateTrunc(number, type);
  b.CreateStore(number, address)->setMetadata(llvm::LLVMContext::MD_tbaa, elements_tag_);
}

/// Of a flat vector here, of a tree in the runtime.
void Emitter::emit_vector_get(const Node& node) {
  Value* boxed = use(node.inputs[0]);
  Value* vector =
      guarded_header(node, boxed, header_mask(0xFF, 0), header_mask(u8(Kind::vector), 0));
  Value* index = use(node.inputs[1]);
  Block* flat = block("flat");
  Block* tree = block("tree");
  Block* next = block("element");
  Value* flag = b.CreateAnd(load(vector, 0), word(header_mask(0, Object::flag_tree)));
  b.CreateCondBr(b.CreateICmpEQ(flag, word(0)), flat, tree);
  b.SetInsertPoint(flat);
  Value* size = b.CreateAnd(load(vector, 0), word(0xFFFF'FFFF));
  guard(b.CreateICmpULT(index, size), node.state);
  Value* near = b.CreateLoad(b.getInt64Ty(), b.CreateGEP(b.getInt64Ty(), field(vector, 8), index));
  Block* near_end = b.GetInsertBlock();
  b.CreateBr(next);
  b.SetInsertPoint(tree);
  Value* far = helper("vector_element", {boxed, index});
  guard(b.CreateICmpNE(far, word(abi::error_word)), node.state);
  Block* far_end = b.GetInsertBlock();
  b.CreateBr(next);
  b.SetInsertPoint(next);
  llvm::PHINode* element = b.CreatePHI(b.getInt64Ty(), 2);
  element->addIncoming(near, near_end);
  element->addIncoming(far, far_end);
  define(node, element);
}

void Emitter::emit_char_code(const Node& node) {
  Value* code = helper("char_code", {use(node.inputs[0]), use(node.inputs[1])});
  guard(b.CreateICmpSGE(code, word(0)), node.state);
  define(node, code);
}

}  // namespace lithe::native
