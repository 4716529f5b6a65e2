// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <pthread.h>

#include "native/plugin.hpp"
#include "runtime/code_memory.hpp"
#include "vm/native_code.hpp"
#include "vm/tiering.hpp"

// The compile queue and what it installs. Rules:
//
// 1. A request copies what compiling needs and records the versions of all cells that it looked
//    at; the plugin never sees the running system. Compiling is done on a thread of its own.
// 2. Whatever is published or taken back is so under Cells::publication. A result is thrown away
//    if any cell that it rests on has moved since the request.
// 3. Machine code is reachable through Code::native_entry and loop_entries, through the slots of
//    other machine code (whose unit counts a reference to its unit), and from native stacks (whose
//    entry roots a Value of its unit). What is taken out of the first two is retired.
// 4. Units are retired and released without the publication lock: what is attached to them takes
// it.

namespace lithe::runtime {

class Runtime;

/// Machine code as the Jit knows it.
struct CompiledCode : vm::NativeCode {
  ~CompiledCode();
  class Jit* jit = nullptr;  ///< null once that is gone
  i32 loop = -1;
  ssa::Signature signature;
  const u8* memory = nullptr;
  u64 bytes = 0;
  u64 body = 0;                  ///< address for direct calls
  std::vector<vm::Cell*> cells;  ///< that list it among their dependents
};

/// A compilation that was asked for.
struct CompileWork;

class Jit final : public vm::Compiler {
 public:
  /// Loads nothing yet: the plugin is mapped at the first request.
  Jit(Runtime& runtime, std::string plugin);
  /// The plugin beside the running program; empty: there is none.
  static std::string find_plugin();
  ~Jit() override;

  void request(vm::Process& process, vm::Code& code, i32 loop) override;
  void guess_failed(vm::Process& process, vm::NativeCode& native,
                    const vm::ExitInfo& exit) override;
  void unsettled(vm::Cell& cell) override;
  void forget(vm::Code& code) override;

  /// The cell has a new value: code that rests on the old one is stale.
  void redefined(vm::Cell& cell);
  /// What compiling gives, as text: stage ssa, llvm or asm. => false: `out` says why not.
  bool dump(vm::Process& process, std::string_view stage, vm::Code& code, std::string& out);

 private:
  friend struct CompiledCode;
  using Lock = std::unique_lock<std::mutex>;

  // compile_request.cpp
  std::unique_ptr<CompileWork> make_work(vm::Process& process, vm::Code& code, i32 loop);

  // install.cpp; under the publication lock unless said otherwise
  void install(CompileWork& work, const native::Result& result);  ///< takes it
  bool is_current(const CompileWork& work, const native::Result& result) const;
  bool publish(CompileWork& work, const native::Result& result);
  u64 address_of(const CompileWork& work, const native::Reference& reference, CompiledCode& native,
                 value::Value token);
  void refuse(vm::Code& code, i32 loop, std::string_view why);
  void withdraw(CompiledCode& native, bool stale);
  void invalidate(vm::Cell& cell);
  void try_again(vm::Code& code, i32 loop);
  void give_texts(CompileWork& work, const native::Result& result);
  const char* keep_text(std::string_view text);
  void retire_withdrawn();  ///< without the lock

  // jit.cpp: the thread
  static void* thread_main(void* jit);
  void work_on_queue();
  bool load_plugin();
  bool start_thread();
  void submit(std::unique_ptr<CompileWork> work, bool wait);

  Runtime& runtime_;
  std::string plugin_path_;
  const native::Plugin* plugin_ = nullptr;
  bool synchronous_;
  bool failing_guards_ = false;
  u64 lottery_ = 0;
  CodeMemory memory_;

  // Under the publication lock
  absl::flat_hash_map<const vm::Cell*, std::vector<CompiledCode*>> dependents_;
  std::vector<CompiledCode*> all_;
  std::vector<heap::SharedUnit*> withdrawn_;  ///< to be retired
  std::set<std::string, std::less<>> texts_;

  std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  std::deque<std::unique_ptr<CompileWork>> queue_;
  CompileWork* running_ = nullptr;
  bool stopping_ = false;
  bool plugin_failed_ = false;
  bool has_thread_ = false;
  pthread_t thread_ = {};
};

}  // namespace lithe::runtime
