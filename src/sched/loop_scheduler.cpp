// SPDX-License-Identifier: Apache-2.0
#include "sched/loop_scheduler.hpp"

#include <time.h>
#include <uv.h>

#include <algorithm>

#include "base/assert.hpp"

namespace lithe::sched {
namespace {

constexpr u64 tick_ns = 1'000'000;
/// Turns between two polls of the loop while operations are under way.
constexpr u32 turns_per_poll = 256;

constexpr u64 spin_ns = 50'000;

void pause_core() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

u64 clock_ns(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<u64>(time.tv_sec) * 1'000'000'000 + static_cast<u64>(time.tv_nsec);
}

}  // namespace

struct LoopScheduler::Loop {
  uv_loop_t loop;
  uv_async_t alarm;
  uv_timer_t timer;
};

LoopScheduler::LoopScheduler(const Options& options)
    : Scheduler(options, clock_ns(CLOCK_MONOTONIC)),
      worker_(*this, *this, slices_),
      ticker_([](void* self) { static_cast<LoopScheduler*>(self)->tick(); }, this) {}

LoopScheduler::~LoopScheduler() {
  drop_externals();
  if (loop_ == nullptr) return;
  uv_walk(
      &loop_->loop,
      [](uv_handle_t* handle, void*) {
        if (!uv_is_closing(handle)) uv_close(handle, nullptr);
      },
      nullptr);
  uv_run(&loop_->loop, UV_RUN_DEFAULT);
  LITHE_CHECK(uv_loop_close(&loop_->loop) == 0);
}

u64 LoopScheduler::now_monotonic() { return clock_ns(CLOCK_MONOTONIC); }
i64 LoopScheduler::now_wall() { return static_cast<i64>(clock_ns(CLOCK_REALTIME)); }

uv_loop_s& LoopScheduler::loop() {
  if (loop_ == nullptr) {
    loop_ = std::make_unique<Loop>();
    LITHE_CHECK(uv_loop_init(&loop_->loop) == 0);
    LITHE_CHECK(uv_async_init(&loop_->loop, &loop_->alarm, [](uv_async_t*) {}) == 0);
    LITHE_CHECK(uv_timer_init(&loop_->loop, &loop_->timer) == 0);
  }
  return loop_->loop;
}

void LoopScheduler::start(External& external) {
  link(external);
  outside_.store(true, std::memory_order_relaxed);
  external.begin(loop());
}

bool LoopScheduler::withdraw(External&) { return false; }

// -- Waking -----------------------------------------------------------------------------------

void LoopScheduler::enqueue_local(Runnable& runnable) {
  queue_.push(runnable);
  if (!queued_.load(std::memory_order_relaxed)) queued_.store(true, std::memory_order_relaxed);
  if (worker_.runnable() != nullptr) want_ticks();
}

void LoopScheduler::woken_in_turn() {
  woken_in_turn_.store(true, std::memory_order_relaxed);
  want_ticks();
}

// Mode and inlet are both sequentially consistent: either the sleeper finds what was put in
// before, or whoever put it in finds the sleeper.
void LoopScheduler::alert() {
  Mode mode = mode_.load(std::memory_order_seq_cst);
  if (mode == Mode::running) {
    want_ticks();
  } else if (mode == Mode::asleep) {
    if (mode_.compare_exchange_strong(mode, Mode::running)) uv_async_send(&loop_->alarm);
  }
}

void LoopScheduler::timer_added(u64 tick) {
  if (tick < next_timer_.load(std::memory_order_relaxed)) {
    next_timer_.store(tick, std::memory_order_relaxed);
  }
  if (worker_.runnable() != nullptr) want_ticks();
}

// -- The ticker's thread ----------------------------------------------------------------------

bool LoopScheduler::somebody_waits() const {
  return queued_.load(std::memory_order_relaxed) ||
         woken_in_turn_.load(std::memory_order_relaxed) ||
         outside_.load(std::memory_order_relaxed) || !inlet_empty() ||
         next_timer_.load(std::memory_order_relaxed) <= clock_ns(CLOCK_MONOTONIC) / tick_ns;
}

void LoopScheduler::tick() {
  if (!somebody_waits()) return;
  tick_due_.store(true, std::memory_order_relaxed);
  u64 turn = published_turn_.load(std::memory_order_relaxed);
  if (turn == ticked_turn_) preempt_current();
  ticked_turn_ = turn;
}

// Who runs now has not been told to ask at each poll: it yields, and is told in its next turn.
void LoopScheduler::start_ticker() {
  bool failed = !ticker_.resume();
  if (failed != no_ticker_.exchange(failed) && failed) preempt_current();
}

bool LoopScheduler::should_yield_at_poll() {
  if (now_monotonic() - turn_began_ < tick_ns || !somebody_waits()) return false;
  tick_due_.store(true, std::memory_order_relaxed);
  return true;
}

// -- Running ----------------------------------------------------------------------------------

Runnable* LoopScheduler::take() {
  if (tick_due_.load(std::memory_order_relaxed) || wheel_.has_due() || !inlet_empty() || !held() ||
      (has_externals() && turns_ >= turns_per_poll)) {
    return nullptr;
  }
  Runnable* runnable = queue_.pop();
  if (runnable == nullptr) return nullptr;
  ++turns_;
  published_turn_.store(++turn_number_, std::memory_order_relaxed);
  publish(*runnable);
  if (woken_in_turn_.load(std::memory_order_relaxed)) woken_in_turn_.store(false);
  bool queued = !queue_.empty();
  if (queued != queued_.load(std::memory_order_relaxed)) {
    queued_.store(queued, std::memory_order_relaxed);
  }
  if (queued || has_externals() || !wheel_.empty()) want_ticks();
  if (polls_always()) turn_began_ = now_monotonic();
  return runnable;
}

void LoopScheduler::settle(Runnable& runnable, RunOutcome outcome) {
  if (settle_state(runnable, outcome)) enqueue_local(runnable);
}

void LoopScheduler::fire_timers() {
  if (wheel_.empty()) return;
  wheel_.advance(now_monotonic() / tick_ns);
  next_timer_.store(wheel_.next_tick(), std::memory_order_relaxed);
}

void LoopScheduler::look_around() {
  tick_due_.store(false, std::memory_order_relaxed);
  turns_ = 0;
  fire_timers();
  if (has_externals()) uv_run(&loop(), UV_RUN_NOWAIT);
  outside_.store(has_externals(), std::memory_order_relaxed);
}

bool LoopScheduler::can_happen() const {
  return !may_stall() || has_externals() || has_timers() || !inlet_empty();
}

// Another thread that answers at once is met without two system calls and a sleep. Only when
// one did so the last time.
bool LoopScheduler::spin() {
  mode_.store(Mode::spinning, std::memory_order_seq_cst);
  u64 end = now_monotonic() + spin_ns;
  do {
    for (int i = 0; i < 32; ++i) {
      if (!inlet_empty() || !held()) return true;
      pause_core();
    }
  } while (now_monotonic() < end);
  return false;
}

void LoopScheduler::poll_asleep() {
  u64 before = now_monotonic();
  mode_.store(Mode::asleep, std::memory_order_seq_cst);
  if (inlet_empty() && held()) uv_run(&loop(), UV_RUN_ONCE);
  spin_pays_ = mode_.load(std::memory_order_relaxed) == Mode::running &&
               now_monotonic() - before < 4 * spin_ns;
}

void LoopScheduler::sleep() {
  u64 next = wheel_.next_tick();
  if (next <= now_monotonic() / tick_ns) return fire_timers();
  ticker_.pause();
  if (has_externals() || !spin_pays_ || !spin()) {
    uv_loop_t& loop = this->loop();
    if (next != TimerWheel::never) {
      // It repeats because uv_run may find it due and then still poll for something else.
      uv_update_time(&loop);
      u64 now = now_monotonic() / tick_ns;
      uv_timer_start(&loop_->timer, [](uv_timer_t*) {}, next > now ? next - now : 0, 1);
    }
    poll_asleep();
    uv_timer_stop(&loop_->timer);
  }
  mode_.store(Mode::running, std::memory_order_seq_cst);
  turns_ = 0;
  fire_timers();
}

// => false: the run is over.
bool LoopScheduler::one_round(Finish& finish) {
  if (take_stop()) {
    finish = Finish::stopped;
    return false;
  }
  drain_inlet();
  if (tick_due_.load(std::memory_order_relaxed) || turns_ >= turns_per_poll) look_around();
  if (wheel_.has_due()) fire_timers();
  if (!held()) {
    finish = Finish::done;
    return false;
  }
  if (!queue_.empty()) {
    worker_.run_batch();
    return true;
  }
  fire_timers();
  if (!queue_.empty() || !held()) return true;
  if (!can_happen()) {
    finish = Finish::stalled;
    return false;
  }
  call_idle();
  if (queue_.empty()) sleep();
  return true;
}

Finish LoopScheduler::run() {
  worker_.attach();
  mode_.store(Mode::running, std::memory_order_seq_cst);
  Finish finish;
  while (one_round(finish)) {
  }
  mode_.store(Mode::outside, std::memory_order_seq_cst);
  ticker_.pause();
  unpublish();
  worker_.detach();
  return finish;
}

std::unique_ptr<Scheduler> make_scheduler(const Scheduler::Options& options) {
  return std::make_unique<LoopScheduler>(options);
}

}  // namespace lithe::sched
