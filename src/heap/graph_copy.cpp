// SPDX-License-Identifier: Apache-2.0
#include "heap/graph_copy.hpp"

#include <cstdlib>
#include <cstring>

#include "base/memory_fault.hpp"

namespace lithe::heap {

using value::OffHeap;

namespace {

bool is_cons_node(u64 first) { return !Object::is_header(first); }

/// An object as its header says, whatever stands in its place now.
struct Header {
  explicit Header(u64 word) : object{word} {}
  Object object;
  Kind kind() const { return object.kind(); }
  u32 size() const { return object.size(); }
  value::Layout layout() const { return object.info().layout; }
};

}  // namespace

GraphCopy::~GraphCopy() {
  restore();
  for (Node* chunk : chunks_) std::free(chunk);
  account_.remove(chunks_.size() * chunk_bytes());
}

bool GraphCopy::scan(Value root) {
  visit(root);
  for (u64 i = 0; i < node_count_ && !full_; ++i) {
    Node next = node(i);
    if (is_cons_node(next.first)) {
      visit(Value::from_bits(next.first));
      visit(Value::from_bits(next.source[1]));
    } else {
      visit_object(next);
    }
  }
  return !full_;
}

void GraphCopy::visit_object(const Node& node) {
  Header header(node.first);
  switch (header.kind()) {
    case Kind::table:
    case Kind::box:
    case Kind::handle:
      has_mutable_ = true;
      break;
    case Kind::buffer:
      if (!header.object.has_flag(Object::flag_frozen)) has_mutable_ = true;
      break;
    case Kind::closure:
      if (SharedUnit* unit = *reinterpret_cast<SharedUnit**>(node.source[1])) units_.insert(unit);
      break;
    default:
      break;
  }
  value::Layout layout = header.layout();
  if (layout == value::Layout::raw || layout == value::Layout::off_heap) return;
  u32 first = layout == value::Layout::first_raw;
  for (u32 i = first; i < header.size(); ++i) visit(Value::from_bits(node.source[1 + i]));
}

void GraphCopy::visit(Value v) {
  if (!follows(v)) {
    if (v.is_shared_pointer()) units_.insert(SharedUnit::of(v));
    return;
  }
  if (full_ || known(v)) return;
  auto* source = reinterpret_cast<u64*>(v.address());
  full_ = !remember({source, *source});
  if (!full_) give_place(v, v.is_cons() ? 2 : u64{v.as_object()->size()} + 1);
}

bool GraphCopy::remember(Node node) {
  if (node_count_ == chunks_.size() * chunk_nodes) {
    if (!account_.has_room(chunk_bytes())) return false;
    void* chunk = base::try_malloc(chunk_nodes * sizeof(Node));
    if (chunk == nullptr) return false;
    chunks_.push_back(static_cast<Node*>(chunk));
    account_.add(chunk_bytes());
  }
  chunks_[node_count_ / chunk_nodes][node_count_ % chunk_nodes] = node;
  ++node_count_;
  return true;
}

bool GraphCopy::known(Value v) const {
  if (source_ == Source::from_units) return places_.contains(v.address());
  if (v.is_cons()) return v.as_cons()->head.is_sub(Value::Sub::forwarded);
  return !Object::is_header(v.as_object()->header);
}

void GraphCopy::give_place(Value v, u64 size) {
  u64 place = words_ + prefix_;
  words_ += size + prefix_;
  if (source_ == Source::from_units) {
    places_.emplace(v.address(), place);
  } else if (v.is_cons()) {
    v.as_cons()->head = Value::from_bits(Value::word(Value::Sub::forwarded, place));
  } else {
    v.as_object()->header = place;
  }
}

u64 GraphCopy::place_of(Value v) const {
  if (source_ == Source::from_units) return places_.find(v.address())->second;
  return v.is_cons() ? v.as_cons()->head.payload() : v.as_object()->header;
}

Value GraphCopy::translate(Value v, u64* memory, SharedUnit* unit) const {
  if (!follows(v)) return v;
  u64* at = memory + place_of(v);
  if (v.is_cons()) return Value::cons(reinterpret_cast<Cons*>(at), unit != nullptr);
  return Value::object(reinterpret_cast<Object*>(at), unit != nullptr);
}

bool GraphCopy::write(u64* memory, SharedUnit* unit, Object*& off_heap) {
  u64* at = memory;
  for (u64 i = 0; i < node_count_; ++i) {
    const Node node = this->node(i);
    if (prefix_ != 0) *at = reinterpret_cast<u64>(unit);
    at += prefix_;
    if (is_cons_node(node.first)) {
      at[0] = translate(Value::from_bits(node.first), memory, unit).bits();
      at[1] = translate(Value::from_bits(node.source[1]), memory, unit).bits();
      at += 2;
    } else {
      auto* to = reinterpret_cast<Object*>(at);
      if (!write_object(node, to, memory, unit, off_heap)) return false;
      at += u64{to->size()} + 1;
    }
  }
  return true;
}

bool GraphCopy::write_object(const Node& node, Object* to, u64* memory, SharedUnit* unit,
                             Object*& off_heap) {
  to->header = node.first;
  u32 size = to->size();
  const u64* from = node.source + 1;
  value::Layout layout = to->info().layout;
  if (layout == value::Layout::values || layout == value::Layout::first_raw) {
    u32 first = layout == value::Layout::first_raw;
    if (first != 0) to->words()[0] = from[0];
    for (u32 i = first; i < size; ++i) {
      to->words()[i] = translate(Value::from_bits(from[i]), memory, unit).bits();
    }
    return true;
  }
  std::memcpy(to->words(), from, u64{size} * 8);
  if (layout == value::Layout::raw) return true;
  auto* data = reinterpret_cast<OffHeap*>(from[0]);
  if (to->kind() == Kind::buffer && !to->has_flag(Object::flag_frozen)) {
    data = data->copy();
  } else if (to->kind() == Kind::handle) {
    data = OffHeap::create(0);
  } else {
    data->retain();
  }
  if (data == nullptr) {
    for (; off_heap != nullptr; off_heap = reinterpret_cast<Object*>(off_heap->words()[1])) {
      value::off_heap_of(off_heap)->release();
    }
    return false;
  }
  to->words()[0] = reinterpret_cast<u64>(data);
  to->words()[1] = reinterpret_cast<u64>(off_heap);
  off_heap = to;
  return true;
}

void GraphCopy::restore() {
  if (source_ == Source::from_heap) {
    for (u64 i = 0; i < node_count_; ++i) *node(i).source = node(i).first;
  }
  node_count_ = 0;
}

}  // namespace lithe::heap
