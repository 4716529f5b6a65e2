// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/integers.hpp"
#include "value/value.hpp"

namespace lithe::base {
class NameTable;
}
namespace lithe::heap {
struct Fragment;
class Heap;
class MemoryAccount;
class UnitRegistry;
}  // namespace lithe::heap
namespace lithe::primitives {
class Names;
}
namespace lithe::process {
class Process;
class ProcessTable;
}  // namespace lithe::process
namespace lithe::value {
class FunctionNamer;
}

namespace lithe::vm {

using value::Value;
class NativeCall;
class OutsideWork;  // vm/outside_work.hpp
struct Cell;
class Cells;

/// Which of the three output handles (language.md, section 8).
enum class Handle : u8 { standard_output, info, error };

/// What log/info and its like write; from the least to the most important.
enum class LogLevel : u8 { debug, info, warn, error };

/// Of the whole runtime; any thread.
struct LogSettings {
  std::atomic<LogLevel> lowest{LogLevel::info};
  std::atomic<bool> enabled{true};

  bool shows(LogLevel level) const { return enabled && level >= lowest; }
};

struct SpawnOptions {
  bool link = false, monitor = false, daemon = false;
  u64 max_heap_bytes = 0;  ///< 0: the runtime's default
  i8 priority = 0;         ///< -1 low, 0 normal, 1 high
  Value name = Value::nil();
};

/// What native functions may ask of the whole: implemented by runtime/, owned by nobody below
/// it. All calls come from the thread that runs `process`.
class Runtime {
 public:
  virtual base::NameTable& names() = 0;
  virtual value::FunctionNamer& namer() = 0;
  virtual heap::UnitRegistry& units() = 0;
  virtual heap::MemoryAccount& account() = 0;
  virtual const primitives::Names& primitive_names() = 0;
  /// Whether a program may make names of so many bytes more: names live as long as the runtime.
  virtual bool has_room_for_names(u64 bytes) = 0;

  // Output and the outside
  virtual void write(Handle handle, std::string_view text) = 0;
  virtual bool flush(Handle handle, std::string& error) = 0;  ///< false: `error` says why
  virtual LogSettings& log() = 0;
  virtual std::span<const std::string> arguments() = 0;
  virtual const char* environment(const std::string& name) = 0;  ///< null: not set
  /// The host has asked for the program's end; it comes when the current process yields.
  virtual bool stopping() = 0;
  virtual void exit_program(int code) = 0;  ///< ends the run after the current process yields
  virtual double wall_clock_ms() = 0;       ///< milliseconds since 1970; virtual when stepping
  virtual i64 monotonic_ns() = 0;
  /// Different at each call; under a seeded scheduler the same in each run.
  virtual u64 random_seed() = 0;

  // Processes. A pid that is dead or never was is no error unless said.
  /// Arguments are copied. => pid (or a list of pid and ref, with monitor); Value::error()
  /// with the error set in `parent` when refused.
  virtual Value spawn(process::Process& parent, Value function, std::span<const Value> arguments,
                      const SpawnOptions& options) = 0;
  virtual process::ProcessTable& processes() = 0;
  /// All memory that a process holds, its record and the allocator's headers included.
  virtual u64 bytes_of(process::Process& process) = 0;
  virtual process::Process* find(Value pid) = 0;     ///< null: not alive
  virtual void wake(process::Process& process) = 0;  ///< something it may wait for has come
  virtual Value process_list(process::Process& asking) = 0;
  virtual u64 next_ref() = 0;
  virtual u64 next_gensym() = 0;

  /// Parks the native stack that the process runs on, until it is resumed. `runnable`: it only
  /// yields; else something must wake it.
  virtual void park(process::Process& process, bool runnable) = 0;
  /// Whether compiled frames of the process have used up its native slice.
  virtual bool needs_further_slice(process::Process& process) = 0;
  /// Runs function(argument) on a further slice of twice the size. => false: refused.
  virtual bool call_on_further_slice(process::Process& process, void (*function)(void*),
                                     void* argument) = 0;
  /// At a poll: whether the stepping scheduler wants this process to yield here.
  virtual bool wants_yield(process::Process& process) = 0;
  /// Handles the signals that have arrived and moves messages into the mailbox.
  virtual void take_signals(process::Process& process) = 0;
  /// Wakes the process in that many milliseconds, unless cancelled; one for each process.
  virtual void start_receive_timer(process::Process& process, double milliseconds) = 0;
  virtual void cancel_receive_timer(process::Process& process) = 0;
  /// True once after the receive timer has fired.
  virtual bool receive_timer_fired(process::Process& process) = 0;

  // Waiting. Each arranges for `process` to be resumed with an answer; a native function then
  // returns Value::wait().
  virtual void wait_sleep(process::Process& process, double milliseconds) = 0;
  virtual void wait_outside(process::Process& process, std::unique_ptr<OutsideWork> work) = 0;
  virtual void wait_read_line(process::Process& process) = 0;
  /// Takes back what the last wait_… has arranged.
  virtual void cancel_wait(process::Process& process) = 0;
  /// A timer that sends `message` (already a fragment, ownership passes). => its number.
  virtual u64 send_after(double milliseconds, Value pid, heap::Fragment* message) = 0;
  virtual bool cancel_timer(u64 number) = 0;

  /// Calls the function of the host that the first argument numbers, on the others.
  virtual Value call_host(NativeCall& call) = 0;

  // Code from data. Each gives a value, or Value::error() with the error set in `process`.
  /// `slots` are the arguments of the native function that asks: a rooted datum. May instead
  /// give Value::call() or Value::wait(), which that function returns.
  virtual Value evaluate(process::Process& process, std::span<Value> slots) = 0;
  virtual Value read_datum(process::Process& process, std::string_view text) = 0;
  /// All forms of a text, as `evaluate` does one; the value is the last one's.
  virtual Value evaluate_text(process::Process& process, std::string_view text) = 0;
  virtual Value macroexpand(process::Process& process, Value datum) = 0;

  // Top-level names
  virtual Cells& cells() = 0;
  /// Loads the library's definition of a cell's name, if there is one. => false: error set.
  virtual bool load_library(process::Process& process, Cell& cell) = 0;
  /// Whether the standard library defines a name.
  virtual bool in_library(u32 name) = 0;
  /// Everything that rests on the cell's old value is invalid from now on.
  virtual void redefined(Cell& cell) = 0;

  // Language services. Strings are filled; false: no such thing.
  virtual bool documentation(std::string_view name, std::string& out) = 0;  ///< builtins excluded
  /// Names of the forms and of what the library or the program defines, macros included; the texts
  /// live as long as the runtime.
  virtual void defined_names(std::vector<std::string_view>& out) = 0;
  virtual std::string effect_of(Value function_or_symbol) = 0;  ///< "pure", "sync", "async"
  virtual std::string explain(Value function_or_symbol) = 0;
  /// Name of the source that spans and traces number; empty if there is none.
  virtual std::string_view source_name(u32 source) = 0;
  /// => false: the function does not take that many arguments; error set.
  virtual bool check_arity(process::Process& process, Value function, u32 given) = 0;
  /// Where a function is defined, as the location of an error; nil: unknown. May collect.
  virtual Value definition_place(process::Process& process, Value function) = 0;

 protected:
  ~Runtime() = default;
};

}  // namespace lithe::vm
