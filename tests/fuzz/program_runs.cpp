// SPDX-License-Identifier: Apache-2.0
#include "program_runs.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

#include "base/integers.hpp"
#include "lithe/lithe.hpp"
#include "runtime/session.hpp"

/// ASan keeps a second stack for each flow of control, and gives it back only when the flow leaves
/// for good; a slice's never does. A runtime for each input would use up the memory.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "detect_stack_use_after_return=0";
}

namespace lithe::fuzz {

namespace {

constexpr u64 max_heap_bytes = u64{64} << 20;
constexpr size_t max_output_bytes = size_t{1} << 20;

/// Stops what runs for too long. One thread for all runs: they are many.
class Watchdog {
 public:
  /// Watches for as long as it lives.
  struct Watch {
    Watch(std::function<void()> stop, unsigned milliseconds) {
      the().watch(std::move(stop), milliseconds);
    }
    ~Watch() { the().leave(); }
  };

  static Watchdog& the() {
    static auto& watchdog = *new Watchdog;  // lives as long as its thread
    return watchdog;
  }

  void watch(std::function<void()> stop, unsigned milliseconds) {
    std::lock_guard lock(mutex_);
    stop_ = std::move(stop);
    fired_ = false;
    deadline_ = Clock::now() + std::chrono::milliseconds(milliseconds);
    changed_.notify_one();
  }
  void leave() {
    std::lock_guard lock(mutex_);
    stop_ = nullptr;
  }
  /// Whether the last run was stopped.
  bool fired() {
    std::lock_guard lock(mutex_);
    return fired_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  Watchdog() {
    std::thread([this] { work(); }).detach();
  }

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (!stop_ || fired_) {
        changed_.wait(lock);
      } else if (Clock::now() < deadline_) {
        changed_.wait_until(lock, deadline_);
      } else {
        fired_ = true;
        stop_();
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> stop_;
  Clock::time_point deadline_;
  bool fired_ = false;
};

/// The variables are read when a runtime is made.
void set_variable(const char* name, unsigned value, const char* before = "") {
  if (value) {
    setenv(name, (before + std::to_string(value)).c_str(), 1);
  } else {
    unsetenv(name);
  }
}

using Sink = std::function<void(std::string_view)>;

int run_whole(std::string_view text, const RunSettings& settings, const Sink& sink) {
  runtime::Options options;
  options.jit.enabled = options.jit.eager = settings.compiled;
  // Another compiler, for scripts/plant_miscompiles.py.
  if (const char* plugin = std::getenv("LITHE_FUZZ_PLUGIN")) options.native_plugin = plugin;
  options.max_heap_bytes = options.max_child_heap_bytes = max_heap_bytes;
  options.sink = [&](vm::Handle, std::string_view piece) { sink(piece); };
  runtime::Session session(std::move(options));
  Watchdog::Watch watch([&] { session.stop(1); }, settings.limit_ms);
  return session.run_text(text, "fuzz", {.keep_going = true, .show_values = true});
}

/// Each form by itself, as a host would give them.
void run_forms(std::string_view text, const RunSettings& settings, const Sink& sink) {
  Options options;
  options.jit = settings.compiled ? Jit::eager : Jit::off;
  options.max_heap_bytes = max_heap_bytes;
  options.sink = [&](Handle, std::string_view piece) { sink(piece); };
  Runtime runtime(std::move(options));
  Watchdog::Watch watch([&] { runtime.stop(1); }, settings.limit_ms);
  while (!text.empty() && !Watchdog::the().fired()) {
    size_t end = text.find("\n(");
    std::string_view form = text.substr(0, end == text.npos ? end : end + 1);
    text.remove_prefix(form.size());
    Evaluation done = runtime.eval(form, "fuzz");
    sink(done ? "=> " + done.printed + "\n" : done.error);
  }
}

}  // namespace

RunResult run_program(std::string_view text, const RunSettings& settings) {
  set_variable("LITHE_SCHED", settings.scheduler_seed, "seed:");
  set_variable("LITHE_GC_STRESS", settings.collect_every);
  set_variable("LITHE_GUARD_FAIL", settings.failing_guards);
  set_variable("LITHE_SLICE_KB", settings.slice_kib);
  RunResult result;
  Sink sink = [&](std::string_view piece) {
    if (result.output.size() < max_output_bytes) result.output += piece;
  };
  if (settings.form_by_form) {
    run_forms(text, settings, sink);
  } else {
    result.exit_code = run_whole(text, settings, sink);
  }
  result.cut_short = Watchdog::the().fired() || result.output.size() >= max_output_bytes ||
                     result.output.find("memory") != std::string::npos ||
                     result.output.find("stack-overflow") != std::string::npos;
  return result;
}

void check_same(std::string_view text, const RunResult& expected, const RunSettings& settings,
                const char* how) {
  RunResult result = run_program(text, settings);
  if (result.cut_short || expected.cut_short) return;
  if (result.output == expected.output && result.exit_code == expected.exit_code) return;
  std::fprintf(stderr, "%.*s\n--- once: exit %d\n%s--- %s: exit %d\n%s", int(text.size()),
               text.data(), expected.exit_code, expected.output.c_str(), how, result.exit_code,
               result.output.c_str());
  std::abort();
}

}  // namespace lithe::fuzz
