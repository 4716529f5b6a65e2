// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "value/value.hpp"

// How the collector learns what is alive: the interface that it owns and the process implements,
// and the slots in which C++ code keeps Values over a call that may collect.

namespace lithe::heap {

class Heap;
class CollectorBase;

/// Handed to RootProvider::visit_roots during a collection. Each slot is read, and rewritten if
/// what it refers to has moved. Visiting a slot twice is harmless. A word that is not a local
/// pointer (a return address, a raw number below 2^49) is left alone.
class RootVisitor {
 public:
  explicit RootVisitor(CollectorBase& collector) : collector_(collector) {}
  void visit(value::Value& slot) { visit_range(&slot, 1); }
  void visit_range(value::Value* slots, u64 count);
  void visit_words(u64* slots, u64 count) {
    visit_range(reinterpret_cast<value::Value*>(slots), count);
  }

 private:
  CollectorBase& collector_;
};

/// The owner of a heap: the process.
class RootProvider {
 public:
  /// Visits every Value that the process holds outside its heap: stacks, native root frames,
  /// the error on its way, …. May not allocate. Slots in messages that were adopted
  /// (Heap::adopt) are visited by the heap itself.
  virtual void visit_roots(RootVisitor& visitor) = 0;
  /// A collection is about to start: last chance to adopt messages whose contents are in use.
  /// May not allocate.
  virtual void before_collection() {}
  /// The heap holds more than its limit, or all heaps together more than the ceiling: the
  /// process is to end at its next safepoint. May come in the middle of any allocation; called
  /// once for each time that the limit is newly passed.
  virtual void on_memory_limit() {}

 protected:
  virtual ~RootProvider() = default;
};

/// A Value that survives collections, in a C++ local. Roots of a heap are destroyed in reverse
/// order of their making (they are locals).
class Root {
 public:
  Root(Heap& heap, value::Value v);
  ~Root() { *list_ = previous_; }
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;

  value::Value get() const { return value_; }
  operator value::Value() const { return value_; }
  Root& operator=(value::Value v) {
    value_ = v;
    return *this;
  }
  value::Object* object() const { return value_.as_object(); }
  Root* previous() const { return previous_; }
  value::Value& slot() { return value_; }

 private:
  value::Value value_;
  Root* previous_;
  Root** list_;
};

/// Many of them. Same rule of order.
class RootVector {
 public:
  explicit RootVector(Heap& heap);
  ~RootVector() { *list_ = previous_; }
  RootVector(const RootVector&) = delete;
  RootVector& operator=(const RootVector&) = delete;

  void push_back(value::Value v) { values_.push_back(v); }
  void pop_back() { values_.pop_back(); }
  value::Value back() const { return values_.back(); }
  value::Value& operator[](u64 i) { return values_[i]; }
  u64 size() const { return values_.size(); }
  void clear() { values_.clear(); }
  void resize(u64 count, value::Value v = {}) { values_.resize(count, v); }
  /// Rooted slots, valid until the vector grows.
  std::span<value::Value> span() { return values_; }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  RootVector* previous() const { return previous_; }

 private:
  std::vector<value::Value> values_;
  RootVector* previous_;
  RootVector** list_;
};

/// A region in which no collection may happen; one that does aborts. For code that holds raw
/// Values over calls that must not allocate.
class NoCollect {
 public:
  explicit NoCollect(Heap& heap);
  ~NoCollect();
  NoCollect(const NoCollect&) = delete;
  NoCollect& operator=(const NoCollect&) = delete;

 private:
  Heap& heap_;
};

}  // namespace lithe::heap
