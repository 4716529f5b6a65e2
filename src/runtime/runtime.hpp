// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "analysis/analyzer.hpp"
#include "analysis/effects.hpp"
#include "analysis/globals.hpp"
#include "base/name_table.hpp"
#include "builtins/builtins.hpp"
#include "expand/expanded_forms.hpp"
#include "expand/expander.hpp"
#include "expand/includer.hpp"
#include "heap/environment.hpp"
#include "heap/memory_account.hpp"
#include "heap/unit_registry.hpp"
#include "io/line_reader.hpp"
#include "io/output.hpp"
#include "process/failure.hpp"
#include "process/process_table.hpp"
#include "process/waker.hpp"
#include "runtime/delayed_message.hpp"
#include "runtime/host_functions.hpp"
#include "runtime/inbox.hpp"
#include "runtime/library.hpp"
#include "runtime/limits.hpp"
#include "runtime/macros.hpp"
#include "runtime/options.hpp"
#include "sched/scheduler.hpp"
#include "syntax/source_map.hpp"
#include "value/print.hpp"
#include "vm/cell.hpp"
#include "vm/loader.hpp"
#include "vm/raise.hpp"
#include "vm/runtime_services.hpp"
#include "vm/tiering.hpp"

namespace lithe::runtime {

class EditedInput;
class Jit;
class MainTask;
class Task;
using value::Value;

/// The one place that knows all parts and joins them. Several may live side by side; one thread
/// at a time uses one of them.
class Runtime final : public vm::Runtime,
                      public process::Waker,
                      public value::FunctionNamer,
                      public analysis::Globals {
 public:
  explicit Runtime(Options options);
  ~Runtime() override;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // -- For the API -------------------------------------------------------------------------

  /// Precondition: it has not ended.
  MainTask& main() { return *main_; }
  bool main_has_ended() const { return main_ == nullptr; }
  bool is_main(const Task& task) const;
  void note_main_ended();
  /// In the place of one that has ended. => false: there are too many processes.
  bool start_main();
  /// The main process is ended from outside it, for this reason.
  void note_main_killed(Value reason);
  /// Whether the host's calls use it, and are told what ends it, or a program runs to its end.
  void set_calls_main(bool calls) { calls_main_ = calls; }
  /// Why the main process has ended, when something has ended it.
  struct MainEnd {
    std::string kind, message, diagnostic;
  };
  MainEnd take_main_end() { return std::exchange(main_end_, {}); }
  /// Runs until the program has ended, or somebody stops the scheduler. => exit code so far.
  int run();
  /// Writes out what is buffered. => false: some of it was lost.
  bool flush_all();
  /// Ctrl-C: the main process stops what it evaluates. Any thread.
  void interrupt();
  /// The program ends soon with this exit code. Any thread.
  void stop_program(int code);

  // -- Parts -------------------------------------------------------------------------------

  const Options& options() const { return options_; }
  sched::Scheduler& scheduler() { return *scheduler_; }
  vm::Machine& machine() { return machine_; }
  heap::HeapEnvironment& heap_environment() { return heap_environment_; }
  syntax::SourceMap& sources() { return sources_; }
  analysis::EffectStore& effects() { return effects_; }
  expand::Expander& expander() { return expander_; }
  MacroTable& macros() { return macros_; }
  Library& library() { return library_; }
  /// Reads a line of the standard input, wherever that comes from; as io::LineReader::read.
  io::Operation* read_input(io::LineDone done, void* context);
  /// Until it is stopped, it has standard input to itself.
  void set_edited_input(std::unique_ptr<EditedInput> input);
  HostFunctions& host_functions() { return host_functions_; }
  const std::shared_ptr<Inbox>& inbox() const { return inbox_; }
  Limits& limits() { return limits_; }
  /// Of a call of the host, or (0) all: what was to be sent later is forgotten.
  void drop_delayed(u32 call_number);

  /// Expanded form to loaded top-level form. => false: `error` says why.
  bool load_form(process::Process& process, const syntax::Form& form, vm::TopLevel& out,
                 syntax::Diagnostic& error);
  /// Analyzes a form into a new unit.
  base::Result<std::shared_ptr<core::CoreUnit>, syntax::Diagnostic> analyze(
      const syntax::Datum& form, analysis::NameSpace space);
  /// An expanded top-level form of the user's, in its module.
  base::Result<std::shared_ptr<core::CoreUnit>, syntax::Diagnostic> analyze(
      const syntax::Form& form);
  /// "x is not defined", and perhaps what was meant.
  std::string undefined(u32 name);
  expand::ExpandedForms::Parts pipeline_parts();
  /// A definition of our own, `(def name (…) …)`, which may use internal names, as a function.
  /// `file` stands in diagnostics.
  vm::LoadedFunction load_internal(const std::string& file, std::string text);

  /// Prints the value of a form, as text, on INFO.
  void show_value(const std::string& text);
  /// Whether INFO (values) or ERROR (diagnostics) is written in colour.
  void set_colour(vm::Handle handle, bool wanted);
  /// Prints a diagnostic on ERROR.
  void report(const syntax::Diagnostic& diagnostic);
  /// An error that ended a process, on ERROR. => the exit reason.
  Value report_crash(Task& task);
  /// A process that ends because it holds too much memory, on ERROR.
  void report_memory_limit(Task& task);
  /// The failure of a process as a diagnostic.
  syntax::Diagnostic diagnose(process::Process& process);

  /// Names that begin with a text: of forms, builtins, the library and the program, in order.
  std::vector<std::string> names_with_prefix(std::string_view prefix);

  /// A function as ssa, llvm or asm text. => false: `out` says why not.
  bool dump_native(std::string_view stage, vm::Code& code, std::string& out);

  void note_waiting(Task& task);
  bool account_native(process::Process& process, i64 bytes);
  int exit_code = 0;
  bool exiting() const { return exiting_; }
  std::string print(Value v, bool display, u64 max_bytes = u64{1} << 30);
  /// Cut short when the process is to end or is interrupted.
  std::string print_until_asked(const process::Process& asking, Value v);
  /// Bytes of a thrown value, or of an exit reason, that a report shows.
  static constexpr u64 most_shown_of_reason = 1000;

  // -- vm::Runtime -------------------------------------------------------------------------

  base::NameTable& names() override { return names_; }
  value::FunctionNamer& namer() override { return *this; }
  heap::UnitRegistry& units() override { return units_; }
  heap::MemoryAccount& account() override { return account_; }
  const primitives::Names& primitive_names() override { return primitive_names_; }
  bool has_room_for_names(u64 bytes) override {
    return names_.bytes() + bytes <= account_.ceiling() / 4;
  }
  void write(vm::Handle handle, std::string_view text) override;
  bool flush(vm::Handle handle, std::string& error) override;
  vm::LogSettings& log() override { return log_; }
  std::span<const std::string> arguments() override { return options_.arguments; }
  const char* environment(const std::string& name) override;
  void exit_program(int code) override;
  bool stopping() override { return stop_code_.load() != not_stopped; }
  double wall_clock_ms() override;
  i64 monotonic_ns() override;
  u64 random_seed() override;
  Value spawn(process::Process& parent, Value function, std::span<const Value> arguments,
              const vm::SpawnOptions& options) override;
  process::ProcessTable& processes() override { return processes_; }
  u64 bytes_of(process::Process& process) override;
  process::Process* find(Value pid) override { return processes_.find(pid); }
  void wake(process::Process& process) override;
  Value process_list(process::Process& asking) override;
  u64 next_ref() override { return processes_.next_number(); }
  u64 next_gensym() override { return next_gensym_++; }
  void park(process::Process& process, bool runnable) override;
  bool needs_further_slice(process::Process& process) override;
  bool call_on_further_slice(process::Process& process, void (*function)(void*),
                             void* argument) override;
  bool wants_yield(process::Process& process) override;
  void take_signals(process::Process& process) override;
  void start_receive_timer(process::Process& process, double milliseconds) override;
  void cancel_receive_timer(process::Process& process) override;
  bool receive_timer_fired(process::Process& process) override;
  void wait_sleep(process::Process& process, double milliseconds) override;
  void wait_outside(process::Process& process, std::unique_ptr<vm::OutsideWork> work) override;
  void wait_read_line(process::Process& process) override;
  void cancel_wait(process::Process& process) override;
  u64 send_after(double milliseconds, Value pid, heap::Fragment* message) override;
  bool cancel_timer(u64 number) override;
  Value call_host(vm::NativeCall& call) override { return host_functions_.call(call); }
  Value evaluate(process::Process& process, std::span<Value> slots) override;
  Value read_datum(process::Process& process, std::string_view text) override;
  Value macroexpand(process::Process& process, Value datum) override;
  Value evaluate_text(process::Process& process, std::string_view text) override;
  Value evaluate_datum(process::Process& process, const syntax::Datum& datum, base::Arena& arena);
  /// Code is not in the heap: allocating it never collects what has run before. Whoever makes much
  /// that is soon dropped calls this, and those who wait are asked to look soon. May collect.
  void collect_retired(process::Process& process);
  vm::Cells& cells() override { return cells_; }
  bool in_library(u32 name) override { return library_.find(name) != nullptr; }
  bool load_library(process::Process& process, vm::Cell& cell) override;
  void redefined(vm::Cell& cell) override;
  bool documentation(std::string_view name, std::string& out) override;
  void defined_names(std::vector<std::string_view>& out) override;
  std::string_view source_name(u32 source) override;
  bool check_arity(process::Process& process, Value function, u32 given) override {
    return vm::check_arity(process, function, given);
  }
  Value definition_place(process::Process& process, Value function) override {
    return vm::definition_place(process, function);
  }
  std::string effect_of(Value function_or_symbol) override;
  std::string explain(Value function_or_symbol) override;

  // -- value::FunctionNamer, analysis::Globals ---------------------------------------------

  std::string_view closure_name(const value::Object* closure) override;
  std::string_view builtin_name(u32 index) override;
  std::optional<primitives::Primitive> builtin(analysis::NameSpace space, u32 name) const override;
  bool means_library(u32 name) const override;
  void want_library_function(u32 name) const override;
  bool resolve(u64& symbol, std::string& wrong) const override;
  bool resolve_definition(u64& symbol, std::string& wrong) const override;

 private:
  static void sweep_idle(void* runtime);
  void flush_soon();
  static void before_sleep(void* runtime);
  std::optional<analysis::GlobalName> global_of(Value function_or_symbol);
  u64 deadline(double milliseconds);
  void load_library_entry(const LibraryEntry& entry, vm::Cell& cell);
  void set_error(process::Process& process, const syntax::Diagnostic& diagnostic);
  /// The error of that kind, or "interrupted" when the watcher is over. => Value::error()
  Value fail_unless_over(process::Process& process, base::Watcher& watcher, std::string_view kind,
                         std::string message);
  /// What a report of an error tells of the calls that led to it.
  void add_calls(syntax::Diagnostic& diagnostic, const process::Failure& failure);
  std::string place_to_read(const process::Place& place);
  void find_same_last_part(std::string_view wanted, std::vector<std::string_view>& found);
  void find_near(u32 name, std::string_view wanted, std::vector<std::string_view>& found);
  template <class F>
  void for_each_known_name(F&& f);

  Options options_;
  base::NameTable names_;
  primitives::Names primitive_names_;
  syntax::SourceMap sources_;
  vm::Cells cells_{names_};  // outlives the units, whose code is listed in cells
  heap::MemoryAccount account_;
  heap::UnitRegistry units_;
  heap::HeapEnvironment heap_environment_;
  std::unique_ptr<sched::Scheduler> scheduler_;
  process::ProcessTable processes_;
  builtins::NativeTable natives_;
  Limits limits_{*this};
  vm::Machine machine_;
  analysis::EffectStore effects_;
  analysis::Analyzer analyzer_;
  MacroTable macros_;
  expand::Expander expander_;
  std::unique_ptr<expand::Includer> includer_;
  base::ArenaPool arenas_;  ///< of the forms that are read
  expand::IncludedFiles included_;
  Library library_;
  HostFunctions host_functions_{*this};
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>(*this);
  io::Output standard_output_, standard_error_;
  vm::LogSettings log_;
  std::unique_ptr<io::LineReader> standard_input_;
  std::unique_ptr<EditedInput> edited_input_;
  absl::flat_hash_map<u64, std::unique_ptr<DelayedMessage>> delayed_;
  std::vector<Value> idle_;
  absl::flat_hash_map<u32, std::unique_ptr<std::string>> source_names_;
  sched::Timer sweep_;
  sched::Timer flush_;                          ///< armed while output is pending
  std::shared_ptr<core::CoreUnit> spare_unit_;  ///< of the last form: used again if nobody kept it
  u64 next_gensym_ = 1;
  u64 random_seeds_ = 0;  ///< under a seeded scheduler
  bool exiting_ = false;
  static constexpr int not_stopped = -1;
  std::atomic<int> stop_code_{not_stopped};  ///< what stop_program() was given
  bool output_lost_ = false;
  bool at_line_start_ = true;  ///< of standard output
  bool values_in_colour_ = false;
  syntax::Ink diagnostic_ink_ = syntax::Ink::none;
  std::unique_ptr<Jit> jit_;  ///< null: interpreting only
  std::mutex main_mutex_;     ///< interrupt() against the main process's end
  MainTask* main_ = nullptr;  ///< null: it has ended
  bool calls_main_ = true;
  MainEnd main_end_;
};

}  // namespace lithe::runtime
