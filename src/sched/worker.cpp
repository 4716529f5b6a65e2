// SPDX-License-Identifier: Apache-2.0
#include "sched/worker.hpp"

#include "base/assert.hpp"
#include "base/memory_fault.hpp"
#include "sched/switch.hpp"

namespace lithe::sched {
namespace {

thread_local Worker* worker_of_thread = nullptr;

struct FurtherCall {
  void (*function)(void*);
  void* argument;
};

}  // namespace

Runnable::~Runnable() {
  if (scheduling.parked != nullptr) scheduling.parked->owner().give_chain(scheduling.parked);
}

Worker::Worker(Scheduler& scheduler, Dispatcher& dispatcher, SliceAllocator& slices)
    : scheduler_(scheduler), dispatcher_(dispatcher), slices_(slices) {}

Worker::~Worker() {
  if (spare_ != nullptr) slices_.give(*spare_);
}

// Never inlined: the address of a thread_local must not be kept over a switch.
[[gnu::noinline]] Worker* Worker::current() {
  Worker* worker = worker_of_thread;
  asm volatile("" : "+r"(worker));
  return worker;
}

void Worker::attach() {
  previous_ = worker_of_thread;
  worker_of_thread = this;
  describe_thread(home_);
}

void Worker::detach() { worker_of_thread = previous_; }

void Worker::slice_main(Slice& self) {
  for (;;) {
    self.entry(self);
    Slice* outer = self.outer;
    if (outer != nullptr) {
      outer->worker = self.worker;
      switch_to(self, *outer);
    } else {
      Worker* worker = self.worker;
      worker->left_ = &self;
      switch_to(self, worker->home_);
    }
  }
}

void Worker::batch_main(Slice& self) {
  Runnable* runnable = self.worker->runnable_;
  while (runnable != nullptr) {
    RunOutcome outcome = runnable->resume(*self.worker);
    runnable = self.worker->after_turn(self, *runnable, outcome);
  }
}

Runnable* Worker::after_turn(Slice& self, Runnable& runnable, RunOutcome outcome) {
  runnable_ = nullptr;
  dispatcher_.settle(runnable, outcome);
  // A slice that was parked meanwhile is not where batches run.
  if (&self != spare_) return nullptr;
  Runnable* next = dispatcher_.take();
  if (next != nullptr && next->scheduling.parked != nullptr) {
    next_ = next;
    return nullptr;
  }
  return runnable_ = next;
}

Slice& Worker::slice_for(Runnable& runnable) {
  Slice* slice = runnable.scheduling.parked;
  if (slice != nullptr) {
    runnable.scheduling.parked = nullptr;
    if (slice->counted != 0) runnable.account_native(-static_cast<i64>(slice->counted));
    slice->counted = 0;
    return *slice;
  }
  if (spare_ == nullptr) spare_ = slices_.take(0);
  // Nothing can run any more, not even what would give memory back.
  if (spare_ == nullptr) base::end_without_memory("a native stack");
  spare_->entry = batch_main;
  return *spare_;
}

void Worker::run_batch() {
  for (;;) {
    runnable_ = next_ != nullptr ? next_ : dispatcher_.take();
    next_ = nullptr;
    if (runnable_ == nullptr) return;
    active_ = &slice_for(*runnable_);
    active_->worker = this;
    switch_to(home_, *active_);
    if (parked_) {
      keep_parked();
    } else {
      active_ = nullptr;
      if (spare_ == nullptr) spare_ = left_;
      if (left_ != spare_) slices_.give(*left_);
    }
  }
}

// The slice goes with the Runnable. Further slices are charged when they are taken, so what is
// charged here is the part of the base slice in use.
void Worker::keep_parked() {
  parked_ = false;
  Runnable& runnable = *runnable_;
  Slice* base = active_;
  while (base->outer != nullptr) base = base->outer;
  if (base == spare_) spare_ = nullptr;
  u64 used = base->top() - reinterpret_cast<u64>(base->context);
  u64 bytes = (used + 4095) & ~u64{4095};
  // It is there even if it is refused; but only what was charged is given back.
  active_->counted = runnable.account_native(static_cast<i64>(bytes)) ? bytes : 0;
  runnable.scheduling.parked = active_;
  active_ = nullptr;
  runnable_ = nullptr;
  dispatcher_.settle(runnable, park_outcome_);
}

void Worker::park(RunOutcome why) {
  Worker* worker = current();
  LITHE_CHECK(worker != nullptr && worker->active_ != nullptr);
  worker->park_outcome_ = why;
  worker->parked_ = true;
  switch_to(*worker->active_, worker->home_);
}

void Worker::further_main(Slice& self) {
  auto [function, argument] = *static_cast<FurtherCall*>(self.argument);
  function(argument);
}

bool Worker::call_on_further_slice(void (*function)(void*), void* argument, u64 least_usable) {
  Worker* worker = current();
  LITHE_CHECK(worker != nullptr && worker->active_ != nullptr);
  Slice* outer = worker->active_;
  Runnable* runnable = worker->runnable_;
  SliceAllocator& slices = worker->slices_;
  u32 size_class = outer->size_class() + 1;
  if (least_usable > slices.usable_bytes(size_class)) size_class = slices.class_for(least_usable);
  if (size_class >= SliceAllocator::class_count) return false;
  i64 bytes = static_cast<i64>(slices.usable_bytes(size_class));
  if (!runnable->account_native(bytes)) return false;
  Slice* inner = slices.take(size_class);
  if (inner == nullptr) {
    runnable->account_native(-bytes);
    return false;
  }
  FurtherCall call{function, argument};
  inner->outer = outer;
  inner->argument = &call;
  inner->entry = further_main;
  inner->worker = worker;
  worker->active_ = inner;
  switch_to(*outer, *inner);
  outer->worker->active_ = outer;
  slices.give(*inner);
  runnable->account_native(-bytes);
  return true;
}

}  // namespace lithe::sched
