// SPDX-License-Identifier: Apache-2.0
#include "runtime/limits.hpp"

#include "heap/memory_account.hpp"
#include "heap/unit_registry.hpp"
#include "process/process_table.hpp"
#include "runtime/runtime.hpp"
#include "runtime/task.hpp"

namespace lithe::runtime {

namespace {
/// Of a program that was stopped because its time was over.
constexpr int time_limit_exit_code = 1;
}  // namespace

bool Limits::begin_call(Kind kind, double more_ms) {
  kind_ = kind;
  current_ = ++last_ == 0 ? ++last_ : last_;
  over_.store(false);
  strike_.store(false);
  double limit = runtime_.options().max_time_ms;
  if (limit == 0) return true;
  if (!watchdog_) watchdog_ = std::make_unique<Watchdog>([this] { bark(); });
  return watchdog_->arm(limit + more_ms);
}

void Limits::end_call() {
  if (watchdog_) watchdog_->disarm();
  over_.store(false);
  current_ = 0;
  strike_.store(false);
}

// On the watchdog's thread.
void Limits::bark() {
  over_.store(true, std::memory_order_release);
  if (kind_ == Kind::program) return runtime_.stop_program(time_limit_exit_code);
  strike_.store(true);
  runtime_.interrupt();
  runtime_.scheduler().post(on_time_over, this);
  runtime_.scheduler().preempt_current();
}

// It may come late, in a run of the next call.
void Limits::on_time_over(void* limits) {
  auto& self = *static_cast<Limits*>(limits);
  self.strike_.store(false);
  if (!self.time_is_over()) return;
  self.doom(false);
  self.runtime_.scheduler().stop();
}

void Limits::doom(bool all) {
  Value reason = Value::keyword(base::name::time_limit);
  runtime_.processes().for_each([&](process::Process& process) {
    Task& task = Task::of(process);
    bool started = all || (task.call_number == current_ && current_ != 0);
    bool meant = runtime_.is_main(task) || (task.ends_with_call && started);
    if (!meant || task.doomed) return;
    task.doomed = true;
    doomed_++;
    process.end_soon(time_is_over() ? reason : Value::keyword(base::name::killed));
    runtime_.scheduler().wake(task);
  });
  runtime_.drop_delayed(all ? 0 : current_);
}

void Limits::note_doomed_ended() {
  if (--doomed_ == 0 && waits_for_doomed_) runtime_.scheduler().stop();
}

void Limits::wait_for_doomed() {
  waits_for_doomed_ = true;
  runtime_.scheduler().hold();  // daemons do not
  while (doomed_ > 0 && !runtime_.exiting()) {
    if (runtime_.scheduler().run() == sched::Finish::stalled) break;
  }
  runtime_.scheduler().release();
  waits_for_doomed_ = false;
  // What the call has defined and dropped is freed once those that remain have looked.
  if (runtime_.units().bytes_retired() < runtime_.account().ceiling() / 32) return;
  runtime_.processes().for_each([](process::Process& process) {
    if (Task::of(process).idles()) process.shrink_idle();
  });
}

void Limits::end_started() {
  doom(false);
  wait_for_doomed();
}

void Limits::end_all() {
  doom(true);
  wait_for_doomed();
}

}  // namespace lithe::runtime
