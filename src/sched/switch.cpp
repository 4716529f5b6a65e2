// SPDX-License-Identifier: Apache-2.0
#include "sched/switch.hpp"

#include <boost/context/detail/fcontext.hpp>

#include "base/assert.hpp"
#include "sched/worker.hpp"

#if LITHE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if LITHE_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace lithe::sched {
namespace {

namespace context = boost::context::detail;

/// Travels with a jump; lies on the stack that is left, and is read before anything else runs.
struct Transfer {
  SwitchPoint* from;
  SwitchPoint* to;
};

SwitchPoint& arrive(context::transfer_t transfer) {
  auto [from, to] = *static_cast<Transfer*>(transfer.data);
  from->context = transfer.fctx;
#if LITHE_ASAN
  size_t bytes = 0;
  __sanitizer_finish_switch_fiber(to->fake_stack, &from->bottom, &bytes);
  from->bytes = bytes;
#endif
  return *to;
}

[[noreturn]] void slice_entry(context::transfer_t transfer) {
  Worker::slice_main(static_cast<Slice&>(arrive(transfer)));
}

}  // namespace

[[gnu::noinline]] void switch_to(SwitchPoint& from, SwitchPoint& to) {
  Transfer transfer{&from, &to};
  void* target = to.context;
  LITHE_ASSERT(target != nullptr);
  to.context = nullptr;
#if LITHE_ASAN
  __sanitizer_start_switch_fiber(&from.fake_stack, to.bottom, to.bytes);
#endif
#if LITHE_TSAN
  __tsan_switch_to_fiber(to.fiber, 0);
#endif
  arrive(context::jump_fcontext(target, &transfer));
}

void prepare_slice(Slice& slice) {
  slice.context = context::make_fcontext(reinterpret_cast<void*>(slice.top()), slice.usable_bytes(),
                                         slice_entry);
  slice.fake_stack = nullptr;
  u64 low = slice.limit() - SliceAllocator::headroom_bytes;
  slice.bottom = reinterpret_cast<const void*>(low);
  slice.bytes = slice.top() - low;
#if LITHE_TSAN
  slice.fiber = __tsan_create_fiber(0);
#endif
}

void drop_flow(Slice& slice) {
  slice.context = nullptr;
#if LITHE_ASAN
  __asan_unpoison_memory_region(slice.bottom, slice.bytes);
#endif
#if LITHE_TSAN
  if (slice.fiber != nullptr) __tsan_destroy_fiber(slice.fiber);
#endif
  slice.fiber = nullptr;
}

void describe_thread([[maybe_unused]] SwitchPoint& point) {
#if LITHE_TSAN
  point.fiber = __tsan_get_current_fiber();
#endif
}

}  // namespace lithe::sched
