// SPDX-License-Identifier: Apache-2.0
#include "sched/scheduler.hpp"

#include <cstdlib>
#include <cstring>
#include <thread>

#include "base/assert.hpp"
#include "sched/worker.hpp"

namespace lithe::sched {
namespace {

constexpr u64 tick_ns = 1'000'000;

}  // namespace

Scheduler::Scheduler(const Options& options, u64 now)
    : options_(options), slices_(options.slices), wheel_(now / tick_ns) {}

Scheduler::~Scheduler() = default;

void Scheduler::spawn(Runnable& runnable) {
  if (!runnable.scheduling.daemon) hold();
  wake(runnable);
}

bool Scheduler::on_own_thread() const {
  Worker* worker = Worker::current();
  return worker != nullptr && &worker->scheduler() == this;
}

void Scheduler::enqueue(Runnable& runnable) {
  if (on_own_thread()) {
    enqueue_local(runnable);
  } else {
    inlet_.push(runnable);
    alert();
  }
}

void Scheduler::post(void (*function)(void*), void* context) {
  {
    std::lock_guard lock(posts_mutex_);
    posts_.push_back({function, context});
    posted_.store(true, std::memory_order_seq_cst);
  }
  alert();
}

void Scheduler::stop() {
  stop_.store(true, std::memory_order_seq_cst);
  alert();
}

void Scheduler::release() {
  u64 before = holds_.fetch_sub(1, std::memory_order_acq_rel);
  LITHE_CHECK(before > 0);
  if (before == 1 && !on_own_thread()) alert();
}

void Scheduler::drain_inlet() {
  for (Runnable* woken = inlet_.take_all(); woken != nullptr;) {
    Runnable* next = woken->scheduling.next;
    enqueue_local(*woken);
    woken = next;
  }
  if (!posted_.load(std::memory_order_relaxed)) return;
  std::vector<Post> posts;
  {
    std::lock_guard lock(posts_mutex_);
    posts.swap(posts_);
    posted_.store(false, std::memory_order_relaxed);
  }
  for (const Post& post : posts) post.function(post.context);
}

void Scheduler::add_timer(Timer& timer, u64 deadline) {
  u64 tick = deadline / tick_ns + (deadline % tick_ns != 0);
  wheel_.insert(timer, tick);
  timer_added(timer.tick);
}

void Scheduler::link(External& external) {
  external.next_external = nullptr;
  external.previous_external = newest_external_;
  (newest_external_ != nullptr ? newest_external_->next_external : oldest_external_) = &external;
  newest_external_ = &external;
}

void Scheduler::unlink(External& external) {
  External* before = external.previous_external;
  External* after = external.next_external;
  LITHE_CHECK(before != nullptr || oldest_external_ == &external);
  (before != nullptr ? before->next_external : oldest_external_) = after;
  (after != nullptr ? after->previous_external : newest_external_) = before;
  external.next_external = external.previous_external = nullptr;
}

void Scheduler::finished(External& external) { unlink(external); }

void Scheduler::drop_externals() {
  while (External* external = oldest_external_) {
    unlink(*external);
    external->drop();
  }
}

// The two counters make a Dekker handshake: either this thread sees that somebody is about to
// look at *current_, or that somebody sees null.
void Scheduler::preempt_current() {
  touching_.fetch_add(1, std::memory_order_seq_cst);
  Runnable* runnable = current_.load(std::memory_order_seq_cst);
  if (runnable != nullptr) runnable->request_preempt();
  touching_.fetch_sub(1, std::memory_order_seq_cst);
}

void Scheduler::unpublish() {
  current_.exchange(nullptr, std::memory_order_seq_cst);
  while (touching_.load(std::memory_order_seq_cst) != 0) std::this_thread::yield();
}

// One that is queued again keeps its `running`: any write here that is not a read-modify-write
// would hide from the next dispatch what a waker said before it woke.
bool Scheduler::settle_state(Runnable& runnable, RunOutcome outcome) {
  if (outcome == RunOutcome::waiting) {
    u8 expected = run_state::running;
    return !runnable.scheduling.state.compare_exchange_strong(expected, run_state::waiting,
                                                              std::memory_order_acq_rel);
  }
  if (outcome == RunOutcome::ended) end(runnable);
  return outcome == RunOutcome::yielded;
}

void Scheduler::end(Runnable& runnable) {
  LITHE_CHECK(runnable.scheduling.parked == nullptr);
  runnable.scheduling.state.exchange(run_state::ended, std::memory_order_acq_rel);
  bool held = !runnable.scheduling.daemon;
  unpublish();
  runnable.on_ended();
  if (held) release();
}

std::unique_ptr<Scheduler> make_scheduler_from_environment(const Scheduler::Options& options) {
  const char* kind = std::getenv("LITHE_SCHED");
  if (kind == nullptr || *kind == 0) return make_scheduler(options);
  constexpr const char* prefix = "seed:";
  if (std::strncmp(kind, prefix, std::strlen(prefix)) != 0) return nullptr;
  const char* digits = kind + std::strlen(prefix);
  char* end = nullptr;
  u64 seed = std::strtoull(digits, &end, 10);
  if (end == digits || *end != 0) return nullptr;
  return make_stepping_scheduler(options, seed);
}

}  // namespace lithe::sched
