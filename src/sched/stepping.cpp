// SPDX-License-Identifier: Apache-2.0
#include "sched/stepping.hpp"

#include "base/assert.hpp"

namespace lithe::sched {
namespace {

constexpr u64 clock_start = 1'000'000'000;             // any time but zero
constexpr i64 wall_start = 1'767'225'600'000'000'000;  // 2026-01-01
constexpr u64 tick_ns = 1'000'000, turn_ns = 10, clock_read_ns = 100;
/// Of one who is made to yield: so a process that spins for ever lets the timers of others come.
constexpr u64 yield_ns = 1'000;

u64 mix(u64 x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// What kind of thing a trace entry is.
enum Event : u64 { turn = 1, poll, external_done, timer_jump, noted };

}  // namespace

SteppingScheduler::SteppingScheduler(const Options& options, u64 seed)
    : Scheduler(options, clock_start),
      worker_(*this, *this, slices_),
      random_(mix(seed + 1)),
      trace_(mix(seed)),
      clock_(clock_start) {
  constexpr u64 masks[] = {1, 3, 15, 63, 1023};
  yield_mask_ = masks[draw() % std::size(masks)];
}

SteppingScheduler::~SteppingScheduler() { drop_externals(); }

u64 SteppingScheduler::draw() { return mix(random_ += 0x9e3779b97f4a7c15); }

void SteppingScheduler::note_event(u64 event) { trace_ = mix(trace_ ^ event) + noted; }

bool SteppingScheduler::should_yield_at_poll() {
  bool yields = (draw() & yield_mask_) == 0;
  if (!yields) return false;
  clock_ += yield_ns;
  note_event(poll);
  return true;
}

u64 SteppingScheduler::now_monotonic() { return clock_ += clock_read_ns; }
i64 SteppingScheduler::now_wall() {
  return wall_start + static_cast<i64>(now_monotonic() - clock_start);
}

uv_loop_s& SteppingScheduler::loop() { LITHE_UNREACHABLE(); }

// -- Operations -------------------------------------------------------------------------------

void SteppingScheduler::start(External& external) { link(external); }

void SteppingScheduler::finished(External& external) {
  note_event(external_done);
  unlink(external);
}

bool SteppingScheduler::withdraw(External& external) {
  unlink(external);
  return true;
}

bool SteppingScheduler::run_external() {
  if (!has_externals()) return false;
  oldest_external()->run_now();
  return true;
}

// -- Turns ------------------------------------------------------------------------------------

Runnable* SteppingScheduler::take() {
  if (ready_.empty() || !held() || !inlet_empty()) return nullptr;
  if (wheel_.next_tick() <= clock_ / tick_ns) return nullptr;
  clock_ += turn_ns;
  u64 index = ready_.size() == 1 ? 0 : draw() % ready_.size();
  note_event(turn ^ index << 8);
  Runnable* runnable = ready_[index];
  ready_[index] = ready_.back();
  ready_.pop_back();
  publish(*runnable);
  return runnable;
}

void SteppingScheduler::settle(Runnable& runnable, RunOutcome outcome) {
  if (settle_state(runnable, outcome)) ready_.push_back(&runnable);
}

bool SteppingScheduler::jump_to_timer() {
  u64 next = wheel_.next_tick();
  if (next == TimerWheel::never) return false;
  if (next * tick_ns > clock_) clock_ = next * tick_ns;
  note_event(timer_jump ^ clock_ << 8);
  wheel_.advance(clock_ / tick_ns);
  return true;
}

void SteppingScheduler::alert() {
  {
    std::lock_guard lock(mutex_);
  }
  alerted_.notify_all();
}

void SteppingScheduler::wait_for_threads() {
  std::unique_lock lock(mutex_);
  alerted_.wait(lock, [this] { return !inlet_empty() || !held(); });
}

bool SteppingScheduler::one_round(Finish& finish) {
  if (take_stop()) {
    finish = Finish::stopped;
    return false;
  }
  drain_inlet();
  wheel_.advance(clock_ / tick_ns);
  if (!held()) {
    finish = Finish::done;
    return false;
  }
  if (!ready_.empty()) {
    worker_.run_batch();
    return true;
  }
  call_idle();
  if (!ready_.empty() || run_external() || jump_to_timer()) return true;
  if (may_stall() && inlet_empty()) {
    finish = Finish::stalled;
    return false;
  }
  wait_for_threads();
  return true;
}

Finish SteppingScheduler::run() {
  worker_.attach();
  Finish finish;
  while (one_round(finish)) {
  }
  unpublish();
  worker_.detach();
  return finish;
}

std::unique_ptr<Scheduler> make_stepping_scheduler(const Scheduler::Options& options, u64 seed) {
  return std::make_unique<SteppingScheduler>(options, seed);
}

}  // namespace lithe::sched
