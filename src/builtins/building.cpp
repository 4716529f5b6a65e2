// SPDX-License-Identifier: Apache-2.0
#include "builtins/building.hpp"

#include <algorithm>

#include "heap/memory_account.hpp"
#include "value/off_heap.hpp"

namespace lithe::builtins {

namespace {
/// Beyond it no machine has the memory, and sums of sizes cannot overflow.
constexpr u64 most_cells = u64{1} << 40;
constexpr u64 longest_text = 0xFFFF'FFFF;
}  // namespace

bool reserve_cells(NativeCall& call, u64 cells, u64 words) {
  if (cells <= most_cells && words <= most_cells && call.heap().try_reserve(cells * 2 + words)) {
    return true;
  }
  call.out_of_memory();
  return false;
}

bool TextWriter::reserve(u64 bytes) {
  if (bytes <= value::inline_string_bytes) return true;
  if (bytes <= longest_text && call_.heap().has_room(bytes)) {
    large_ = value::OffHeap::create(bytes);
  }
  if (!large_) {
    call_.out_of_memory();
    return false;
  }
  at_ = large_->data();
  return true;
}

Value TextWriter::finish() {
  if (!large_) return give_string(call_, {small_, size_t(at_ - small_)});
  value::OffHeap* text = large_;
  large_ = nullptr;
  return or_out_of_memory(call_, call_.heap().adopt_text(text, u64(at_ - text->data())));
}

Value give_string(NativeCall& call, std::string_view text) {
  if (text.size() > longest_text) return call.out_of_memory();
  return or_out_of_memory(call, call.heap().make_string(text));
}

bool show_arguments(NativeCall& call, std::string& out) {
  u64 budget = text_budget(call);
  CallWatcher watcher(call);
  for (u32 i = 0; i < call.count(); i++) {
    if (i > 0) out += ' ';
    value::print(call[i], call.heap().names(), &call.runtime.namer(), out,
                 {.display = true, .max_bytes = budget, .watcher = &watcher});
    if (call.interrupted()) return false;
    if (out.size() > budget) {
      call.out_of_memory();
      return false;
    }
  }
  return true;
}

u64 text_budget(NativeCall& call) {
  heap::Heap& heap = call.heap();
  const heap::MemoryAccount& account = heap.environment().account;
  auto left = [](u64 limit, u64 used) { return limit > used ? limit - used : 0; };
  return std::min({left(heap.memory_limit(), heap.bytes()),
                   left(account.ceiling(), account.bytes()), u64{1} << 30});
}

}  // namespace lithe::builtins
