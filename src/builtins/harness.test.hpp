// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "base/name_table.hpp"
#include "builtins/builtins.hpp"
#include "heap/environment.hpp"
#include "heap/fragment.hpp"
#include "heap/memory_account.hpp"
#include "heap/unit_registry.hpp"
#include "process/process.hpp"
#include "process/process_table.hpp"
#include "process/waker.hpp"
#include "value/print.hpp"
#include "vm/outside_work.hpp"

namespace lithe::syntax {
struct Datum;
}

namespace lithe::builtins {

/// The runtime as a builtin sees it, without anything that runs programs: output is kept, waiting
/// arranges nothing, other processes never run.
class FakeRuntime : public vm::Runtime, public value::FunctionNamer, public process::Waker {
 public:
  explicit FakeRuntime(u32 stress_every);
  ~FakeRuntime();

  std::string output;     ///< what was written on the standard output
  std::string warnings;   ///< and on the error output
  std::string waits_for;  ///< the last wait that was arranged
  int exit_code = -1;

  process::Process& new_process();
  u64 collections() const {
    return environment_.totals.minor_collections + environment_.totals.major_collections;
  }

  // value::FunctionNamer
  std::string_view closure_name(const value::Object*) override { return "closure"; }
  std::string_view builtin_name(u32 index) override { return primitives::table[index].name; }
  // process::Waker
  void wake(process::Process&) override {}

  // vm::Runtime
  base::NameTable& names() override { return names_; }
  value::FunctionNamer& namer() override { return *this; }
  heap::UnitRegistry& units() override { return units_; }
  heap::MemoryAccount& account() override { return account_; }
  const primitives::Names& primitive_names() override { return primitive_names_; }
  void write(vm::Handle handle, std::string_view text) override {
    (handle == vm::Handle::error ? warnings : output) += text;
  }
  bool flush(vm::Handle, std::string&) override { return true; }
  vm::LogSettings& log() override { return log_; }
  std::span<const std::string> arguments() override { return arguments_; }
  const char* environment(const std::string& name) override {
    return name == "HOME" ? "/home/lithe" : name == "BINARY" ? "\xFF" : nullptr;
  }
  bool has_room_for_names(u64) override { return true; }
  bool stopping() override { return false; }
  void exit_program(int code) override { exit_code = code; }
  double wall_clock_ms() override { return 1.5e12; }
  i64 monotonic_ns() override { return i64{1} << 50; }
  u64 random_seed() override { return ++last_number_; }
  Value spawn(process::Process&, Value, std::span<const Value>, const vm::SpawnOptions&) override {
    return new_process().self;
  }
  process::ProcessTable& processes() override { return table_; }
  u64 bytes_of(process::Process& process) override { return process.bytes(); }
  process::Process* find(Value pid) override { return table_.find(pid); }
  Value process_list(process::Process&) override { return Value::empty_list(); }
  u64 next_ref() override { return ++last_number_; }
  u64 next_gensym() override { return ++last_number_; }
  void park(process::Process&, bool) override {}
  bool needs_further_slice(process::Process&) override { return false; }
  bool call_on_further_slice(process::Process&, void (*)(void*), void*) override { return false; }
  bool wants_yield(process::Process&) override { return false; }
  void take_signals(process::Process&) override {}
  void start_receive_timer(process::Process&, double) override {}
  void cancel_receive_timer(process::Process&) override {}
  bool receive_timer_fired(process::Process&) override { return false; }
  void wait_sleep(process::Process&, double ms) override {
    waits_for = "sleep " + std::to_string(ms);
  }
  void wait_outside(process::Process&, std::unique_ptr<vm::OutsideWork>) override {
    waits_for = "outside";
  }
  void wait_read_line(process::Process&) override { waits_for = "line"; }
  void cancel_wait(process::Process&) override { waits_for.clear(); }
  u64 send_after(double, Value, heap::Fragment* message) override {
    heap::free_fragment(message);
    return ++last_number_;
  }
  bool cancel_timer(u64) override { return false; }
  Value call_host(NativeCall& call) override { return call.wrong_type(0, "of a host"); }
  Value evaluate(process::Process&, std::span<Value> slots) override { return slots[0]; }
  Value read_datum(process::Process&, std::string_view) override { return Value::nil(); }
  Value evaluate_text(process::Process&, std::string_view) override { return Value::nil(); }
  Value macroexpand(process::Process&, Value datum) override { return datum; }
  vm::Cells& cells() override { LITHE_UNREACHABLE(); }
  bool load_library(process::Process&, vm::Cell&) override { return false; }
  bool in_library(u32) override { return false; }
  void redefined(vm::Cell&) override {}
  bool documentation(std::string_view name, std::string& out) override {
    if (name != "own") return false;
    out = "the program's own";
    return true;
  }
  void defined_names(std::vector<std::string_view>& out) override { out.push_back("own-list"); }
  std::string effect_of(Value) override { return "pure"; }
  std::string explain(Value) override { return "because"; }
  std::string_view source_name(u32) override { return "test.lt"; }
  bool check_arity(process::Process&, Value, u32) override { return true; }
  Value definition_place(process::Process&, Value) override { return Value::nil(); }

 private:
  struct Block;

  heap::MemoryAccount account_{u64{1} << 30};
  heap::UnitRegistry units_;
  base::NameTable names_;
  primitives::Names primitive_names_{names_};
  heap::HeapEnvironment environment_;
  process::ProcessTable table_;
  std::vector<std::unique_ptr<Block>> blocks_;
  vm::LogSettings log_;
  std::vector<std::string> arguments_{"one", "two"};
  u64 last_number_ = 0;
};

/// Calls builtins, on data that is written as text.
class Harness {
 public:
  explicit Harness(u32 stress_every = 0) : runtime(stress_every), process(&runtime.new_process()) {}

  FakeRuntime runtime;
  process::Process* process;

  /// The text of a form's value. A list that begins with a builtin's name is a call, its
  /// arguments evaluated first; anything else is data. What the last call came to otherwise:
  /// `error :kind message`, `waits`, `calls`.
  std::string run(std::string_view text);

  /// Calls a builtin on the topmost `count` values of the process stack and takes them off.
  Value call(u16 primitive, u32 count);
  void push(Value v) { *process->exec.stack_top++ = v.bits(); }
  /// Pushes the value of a form that has one.
  void push_evaluated(std::string_view text);

  std::string show(Value v);
  /// The failure of a call that gave Value::error(), as run() shows it.
  std::string failure();

 private:
  Value evaluate(std::string_view text);
  Value evaluate(const syntax::Datum& datum);
  Value call_builtin(primitives::Primitive primitive,
                     std::span<const syntax::Datum* const> arguments);
};

/// Runs forms and compares what run() gives with a text each; once as usual, once with a
/// collection at every allocation.
void expect_all(std::initializer_list<std::pair<const char*, const char*>> cases);

}  // namespace lithe::builtins
