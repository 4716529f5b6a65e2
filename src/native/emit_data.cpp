// SPDX-License-Identifier: Apache-2.0
// Lists, vectors, closures, boxes and top-level names.
#include "base/assert.hpp"
#include "native/abi_names.hpp"
#include "native/emitter.hpp"

namespace lithe::native {

using ssa::Op;
using ssa::Type;
using value::Kind;
using value::Object;

llvm::Value* Emitter::is_cons(Value* boxed) {
  return b.CreateICmpEQ(b.CreateLShr(boxed, 49), word(abi::pair_cons));
}

llvm::Value* Emitter::local(Value* address, u64 tag) {
  return b.CreateOr(b.CreatePtrToInt(address, b.getInt64Ty()), word(tag));
}

/// Bumps the heap's top. The inputs of the node are read after it.
llvm::Value* Emitter::allocate(const Node& node, u32 words) {
  Block* room = block("room");
  Block* full = block("full");
  Block* next = block("made");
  Value* top = load(x_, abi::heap_top);
  Value* end = b.CreateAdd(top, word(u64{words} * 8));
  branch(b.CreateICmpULE(end, load(x_, abi::heap_limit)), room, full);
  b.SetInsertPoint(room);
  store(end, x_, abi::heap_top);
  Value* quick = b.CreateIntToPtr(top, b.getPtrTy());
  b.CreateBr(next);
  b.SetInsertPoint(full);
  link_roots(node);
  Value* slow = helper("allocate", {word(words)});
  unlink_roots(node);
  b.CreateBr(next);
  b.SetInsertPoint(next);
  llvm::PHINode* place = b.CreatePHI(b.getPtrTy(), 2);
  place->addIncoming(quick, room);
  place->addIncoming(slow, full);
  return place;
}

/// An object whose words from `first` on are the node's inputs.
void Emitter::make_object(const Node& node, u64 kind, u32 first) {
  u32 size = first + u32(node.inputs.size());
  Value* place = allocate(node, 1 + size);
  store(word(Object::make_header(Kind(kind), size)), place, 0);
  for (u32 i = 0; i < node.inputs.size(); i++)
    store(use(node.inputs[i]), place, 8 * u64{1 + first + i});
  if (node.op == Op::make_closure) store(slot(Reference::Kind::child, node.bits), place, 8);
  define(node, local(place, abi::local_object));
}

/// Guards that a Value is an object of a kind, with more than `size` words. => its address.
llvm::Value* Emitter::guarded_object(const Node& node, Value* boxed, u64 kind, u64 size) {
  guard(b.CreateICmpEQ(b.CreateLShr(boxed, 49), word(abi::pair_object)), node.state);
  Value* address = address_of(boxed);
  Value* header = load(address, 0);
  Value* own_kind = b.CreateAnd(b.CreateLShr(header, 32), word(0xFF));
  Value* own_size = b.CreateAnd(header, word(0xFFFF'FFFF));
  guard(b.CreateAnd(b.CreateICmpEQ(own_kind, word(kind)), b.CreateICmpUGT(own_size, word(size))),
        node.state);
  return address;
}

/// The n-th field of a record; of `type`, if that is not null.
void Emitter::emit_record_field(const Node& node, Value* type) {
  Value* address = guarded_object(node, use(node.inputs[0]), u64(Kind::record), u64{node.bits} + 1);
  if (type) guard(b.CreateICmpEQ(load(address, 8), type), node.state);
  define(node, load(address, 16 + 8 * node.bits));
}

/// Whether a Value is a record of a type: the same one, mostly, or one that was defined again.
void Emitter::emit_is_record(const Node& node) {
  Value* boxed = use(node.inputs[0]);
  Value* type = use(node.inputs[1]);
  guarded_object(node, type, u64(Kind::record_type), 0);
  Block* object = block("object");
  Block* record = block("record");
  Block* other_type = block("other_type");
  Block* next = block("decided");
  Block* start = b.GetInsertBlock();
  b.CreateCondBr(b.CreateICmpEQ(b.CreateLShr(boxed, 49), word(abi::pair_object)), object, next);
  b.SetInsertPoint(object);
  Value* address = address_of(boxed);
  Value* kind = b.CreateAnd(b.CreateLShr(load(address, 0), 32), word(0xFF));
  b.CreateCondBr(b.CreateICmpEQ(kind, word(u64(Kind::record))), record, next);
  b.SetInsertPoint(record);
  Value* own = load(address, 8);
  b.CreateCondBr(b.CreateICmpEQ(own, type), next, other_type);
  b.SetInsertPoint(other_type);
  Value* same = b.CreateICmpNE(helper("equal", {own, type}), word(0));
  Block* slow = b.GetInsertBlock();
  b.CreateBr(next);
  b.SetInsertPoint(next);
  llvm::PHINode* answer = b.CreatePHI(b.getInt1Ty(), 4);
  answer->addIncoming(b.getInt1(false), start);
  answer->addIncoming(b.getInt1(false), object);
  answer->addIncoming(b.getInt1(true), record);
  answer->addIncoming(same, slow);
  define(node, answer);
}

/// A record, if its type wants that many fields.
void Emitter::emit_make_record(const Node& node) {
  Value* type = guarded_object(node, use(node.inputs[0]), u64(Kind::record_type), 0);
  Value* wanted = b.CreateAnd(load(type, 0), word(0xFFFF'FFFF));
  guard(b.CreateICmpEQ(wanted, word(node.inputs.size())), node.state);
  make_object(node, u64(Kind::record), 0);
}

void Emitter::emit_data(const Node& node) {
  switch (node.op) {
    case Op::is_cons:
      return define(node, is_cons(use(node.inputs[0])));
    case Op::is_empty_list:
      return define(node, b.CreateICmpEQ(use(node.inputs[0]), word(abi::empty_list)));
    case Op::is_empty: {
      Value* list = use(node.inputs[0]);
      Value* empty = b.CreateICmpEQ(list, word(abi::empty_list));
      guard(b.CreateOr(is_cons(list), empty), node.state);
      return define(node, empty);
    }
    case Op::head:
    case Op::tail: {
      Value* list = use(node.inputs[0]);
      guard(is_cons(list), node.state);
      return define(node, load(address_of(list), node.op == Op::tail ? 8 : 0));
    }
    case Op::cons: {
      Value* list = use(node.inputs[1]);
      guard(b.CreateOr(is_cons(list), b.CreateICmpEQ(list, word(abi::empty_list))), node.state);
      Value* place = allocate(node, 2);
      store(use(node.inputs[0]), place, 0);
      store(use(node.inputs[1]), place, 8);
      return define(node, local(place, abi::local_cons));
    }
    case Op::make_list: {
      u32 count = u32(node.inputs.size());
      Value* place = allocate(node, 2 * count);
      for (u32 i = 0; i < count; i++) {
        store(use(node.inputs[i]), place, 16 * u64{i});
        bool last = i + 1 == count;
        Value* rest =
            last ? word(abi::empty_list) : local(field(place, 16 * u64{i + 1}), abi::local_cons);
        store(rest, place, 16 * u64{i} + 8);
      }
      return define(node, local(place, abi::local_cons));
    }
    case Op::make_vector:
      return make_object(node, u64(Kind::vector), 0);
    case Op::make_record:
      return emit_make_record(node);
    case Op::is_record:
      return emit_is_record(node);
    case Op::record_get:
      return emit_record_field(node, use(node.inputs[1]));
    case Op::record_field:
      return emit_record_field(node, nullptr);
    case Op::buffer_get:
      return emit_buffer_get(node);
    case Op::buffer_set:
      return emit_buffer_set(node);
    case Op::vector_get:
      return emit_vector_get(node);
    case Op::char_code:
      return emit_char_code(node);
    case Op::make_closure:
      return make_object(node, u64(Kind::closure), 1);
    case Op::box_new:
      return make_object(node, u64(Kind::box), 0);
    case Op::box_get: {
      Value* held = load(address_of(use(node.inputs[0])), 8);
      guard(b.CreateICmpNE(held, word(abi::unbound)), node.state);
      return define(node, held);
    }
    case Op::box_set:
      helper("store_box", {use(node.inputs[0]), use(node.inputs[1])});
      return;
    case Op::get_capture:
      return define(node, load(address_of(use(node.inputs[0])), 16 + 8 * node.bits));
    case Op::get_global:
      return emit_global(node);
    case Op::square_root:
      return define(node, b.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, use(node.inputs[0])));
    default:
      LITHE_CHECK(!"a node without code");
  }
}

void Emitter::emit_global(const Node& node) {
  Value* cell = slot(Reference::Kind::cell, node.bits);
  Block* plain = block("plain");
  Block* other = block("other");
  Block* next = block("next");
  auto acquire = [&](llvm::Type* type, u64 offset) {
    llvm::LoadInst* loaded = b.CreateLoad(type, field(cell, offset));
    loaded->setAtomic(llvm::AtomicOrdering::Acquire);
    return loaded;
  };
  Value* is_plain = b.CreateICmpNE(acquire(b.getInt8Ty(), job_.layout.cell_plain), b.getInt8(0));
  b.CreateCondBr(is_plain, plain, other);
  b.SetInsertPoint(plain);
  Value* quick = acquire(b.getInt64Ty(), job_.layout.cell_value);
  b.CreateBr(next);
  b.SetInsertPoint(other);
  link_roots(node);
  Value* slow = helper("global", {cell, word(0)});
  unlink_roots(node);
  Block* good = block("good");
  Block* failed = block("failed");
  branch(b.CreateICmpNE(slow, word(abi::error_word)), good, failed);
  b.SetInsertPoint(failed);
  leave_unwound(node.state);
  b.SetInsertPoint(good);
  b.CreateBr(next);
  b.SetInsertPoint(next);
  llvm::PHINode* phi = b.CreatePHI(b.getInt64Ty(), 2);
  phi->addIncoming(quick, plain);
  phi->addIncoming(slow, good);
  define(node, phi);
}

}  // namespace lithe::native
