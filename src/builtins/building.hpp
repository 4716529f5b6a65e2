// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "builtins/builtins.hpp"
#include "value/print.hpp"
#include "value/text.hpp"

// Making lists and strings whose size comes from data.

namespace lithe::builtins {

/// Room for `cells` list cells and `words` further words, so that no collection comes before
/// they are used. False: refused, and the error is set. May collect.
bool reserve_cells(NativeCall& call, u64 cells, u64 words = 0);

/// Builds a list from its front, in cells for which room is reserved. Holds raw pointers: dead
/// at the next collection.
class ListBuilder {
 public:
  explicit ListBuilder(heap::Heap& heap) : heap_(heap) {}
  ListBuilder(const ListBuilder&) = delete;
  ListBuilder& operator=(const ListBuilder&) = delete;

  void add(Value v) {
    value::Cons* cell = heap_.allocate_cons();
    cell->head = v;
    cell->tail = Value::empty_list();
    *end_ = Value::cons(cell, false);
    end_ = &cell->tail;
  }
  /// The list, going on with `rest`.
  Value finish(Value rest = Value::empty_list()) {
    *end_ = rest;
    return first_;
  }

 private:
  heap::Heap& heap_;
  Value first_ = Value::empty_list();
  Value* end_ = &first_;
};

/// A string of a size that is known before it is written.
class TextWriter {
 public:
  explicit TextWriter(NativeCall& call) : call_(call) {}
  ~TextWriter() {
    if (large_) large_->release();
  }
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;

  /// Makes room. False: refused, and the error is set. May collect: views of strings are taken
  /// afterwards.
  bool reserve(u64 bytes);
  /// Valid UTF-8, within what was reserved. Never collects.
  void put(std::string_view text) {
    text.copy(at_, text.size());
    at_ += text.size();
  }
  void put_byte(char c) { *at_++ = c; }
  /// The value to return: the string, or Value::error() with the error set. May collect.
  Value finish();

 private:
  NativeCall& call_;
  value::OffHeap* large_ = nullptr;
  char* at_ = small_;
  char small_[value::inline_string_bytes];
};

/// The value to return for text outside the heap. May collect.
Value give_string(NativeCall& call, std::string_view text);

/// What argument i holds: the UTF-8 of a string, or the elements of a :u8 buffer. False: it is
/// neither, and the error is set. The view dies at the next collection.
bool expect_bytes(NativeCall& call, u32 i, std::string_view& out);

/// How much text a builtin may build at once: what the process may still allocate, and no more
/// than a string can hold.
u64 text_budget(NativeCall& call);

/// Appends the arguments as `say` shows them. False: the error is set.
bool show_arguments(NativeCall& call, std::string& out);

/// Passes on what a function that may be refused gave; error() becomes the error that there is
/// no memory.
inline Value or_out_of_memory(NativeCall& call, Value v) {
  return v == Value::error() ? call.out_of_memory() : v;
}

/// Ends a long work for a builtin when its process is interrupted or to end. Then the error is set.
class CallWatcher final : public base::Watcher {
 public:
  explicit CallWatcher(NativeCall& call) : call_(call) {}
  bool is_over() override { return call_.interrupted(); }

 private:
  NativeCall& call_;
};

/// Asks call.interrupted() at every 4096th turn of a long loop.
class Patience {
 public:
  explicit Patience(NativeCall& call) : watcher_(call) {}
  /// True: return Value::error() at once.
  bool is_over() { return turns_.is_over(); }

 private:
  CallWatcher watcher_;
  base::WatchedSteps turns_{&watcher_};
};

}  // namespace lithe::builtins
