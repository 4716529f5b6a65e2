// SPDX-License-Identifier: Apache-2.0
// Requests, the queue and its thread. The rules are in jit.hpp.
#include "runtime/jit.hpp"

#include <cstdlib>

#include <dlfcn.h>
#include <unistd.h>

#include "base/plugin_path.hpp"
#include "heap/shared_unit.hpp"
#include "heap/unit_registry.hpp"
#include "runtime/compile_work.hpp"
#include "runtime/runtime.hpp"

namespace lithe::runtime {

namespace {
/// LLVM recurses.
constexpr u64 thread_stack_bytes = u64{32} << 20;
}  // namespace

CompiledCode::~CompiledCode() {
  if (!jit) return;
  {
    std::lock_guard lock(jit->runtime_.cells().publication);
    for (vm::Cell* cell : cells) {
      auto found = jit->dependents_.find(cell);
      if (found != jit->dependents_.end()) std::erase(found->second, this);
    }
    std::erase(jit->all_, this);
  }
  jit->memory_.free(memory, bytes);
}

CompileWork::~CompileWork() {
  for (heap::SharedUnit* unit : held) unit->release();
}

Jit::Jit(Runtime& runtime, std::string plugin)
    : runtime_(runtime), plugin_path_(std::move(plugin)) {
  const vm::JitPolicy& policy = runtime.machine().jit;
  synchronous_ = runtime.scheduler().stepping() || policy.eager || policy.fixed_threshold > 0;
  if (const char* seed = std::getenv("LITHE_GUARD_FAIL")) {
    failing_guards_ = true;
    lottery_ = std::strtoull(seed, nullptr, 10);
  }
}

Jit::~Jit() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (has_thread_) pthread_join(thread_, nullptr);
  queue_.clear();
  std::lock_guard lock(runtime_.cells().publication);
  for (CompiledCode* native : all_) {
    native->jit = nullptr;
    if (native->code) {
      native->code->natives.clear();
      native->code->native = nullptr;
    }
  }
}

std::string Jit::find_plugin() { return base::find_plugin("liblithe-native.so"); }

bool Jit::load_plugin() {
  if (plugin_) return true;
  void* library = dlopen(plugin_path_.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* symbol = library ? dlsym(library, native::plugin_symbol) : nullptr;
  if (!symbol) return false;
  plugin_ = reinterpret_cast<const native::Plugin* (*)()>(symbol)();
  return true;
}

bool Jit::start_thread() {
  if (has_thread_) return true;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, thread_stack_bytes);
  has_thread_ = pthread_create(&thread_, &attributes, thread_main, this) == 0;
  pthread_attr_destroy(&attributes);
  return has_thread_;
}

void* Jit::thread_main(void* jit) {
  static_cast<Jit*>(jit)->work_on_queue();
  return nullptr;
}

void Jit::work_on_queue() {
  Lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    std::unique_ptr<CompileWork> work = std::move(queue_.front());
    queue_.pop_front();
    running_ = work.get();
    lock.unlock();
    native::Result refused;
    native::Result* result = &refused;
    if (load_plugin()) {
      result = plugin_->compile(work->job);
    } else {
      refused.refusal = "the compiler's plugin " + plugin_path_ + " cannot be loaded";
    }
    install(*work, *result);
    if (result != &refused) plugin_->free(result);
    lock.lock();
    running_ = nullptr;
    if (work->waited_for) {
      work->finished = true;
      (void)work.release();  // it is the waiter's
      changed_.notify_all();
    } else {
      lock.unlock();
      work.reset();
      lock.lock();
    }
  }
}

void Jit::submit(std::unique_ptr<CompileWork> work, bool wait) {
  Lock lock(mutex_);
  if (!start_thread()) return;
  CompileWork* waited = wait ? work.get() : nullptr;
  work->waited_for = wait;
  queue_.push_back(std::move(work));
  changed_.notify_all();
  if (!waited) return;
  changed_.wait(lock, [&] { return waited->finished; });
  lock.unlock();
  delete waited;
}

void Jit::request(vm::Process& process, vm::Code& code, i32 loop) {
  retire_withdrawn();
  if (code.replacement.load(std::memory_order_acquire)) return;
  std::unique_ptr<CompileWork> work = make_work(process, code, loop);
  if (!work) return;
  code.requested.store(true, std::memory_order_relaxed);
  if (loop < 0) code.tier.store(vm::Tier::queued, std::memory_order_release);
  submit(std::move(work), synchronous_);
}

void Jit::forget(vm::Code& code) {
  if (!code.requested.load(std::memory_order_relaxed)) return;
  std::lock_guard publication(runtime_.cells().publication);
  Lock lock(mutex_);
  if (running_ && running_->code == &code) running_->code = nullptr;
  for (auto& work : queue_) {
    if (work->code == &code) work->code = nullptr;
  }
}

void Jit::redefined(vm::Cell& cell) {
  {
    std::lock_guard lock(runtime_.cells().publication);
    invalidate(cell);
  }
  retire_withdrawn();
}

void Jit::unsettled(vm::Cell& cell) { invalidate(cell); }

void Jit::guess_failed(vm::Process&, vm::NativeCode& native, const vm::ExitInfo& exit) {
  {
    std::lock_guard lock(runtime_.cells().publication);
    const vm::ExitFrame& frame = exit.frames.back();
    vm::Code& guessed = *frame.code;
    if (exit.parameters) {
      guessed.failed_parameters |= exit.parameters;
    } else {
      guessed.failed_guesses.resize(guessed.function.code.size());
      guessed.failed_guesses[frame.instruction] = 1;
    }
    auto& compiled = static_cast<CompiledCode&>(native);
    vm::Code* code = compiled.code;
    if (!code) return;
    withdraw(compiled, false);
    try_again(*code, compiled.loop);
  }
  retire_withdrawn();
}

bool Jit::dump(vm::Process& process, std::string_view stage, vm::Code& code, std::string& out) {
  if (!code.instructions && !vm::prepare(process, code)) {
    out = "it has no bytecode";
    return false;
  }
  std::unique_ptr<CompileWork> work = make_work(process, code, -1);
  if (!work) {
    out = "it changes its meaning at its next call";
    return false;
  }
  work->wanted = false;
  work->texts = &out;
  work->stage = stage;
  work->job.with_ssa = stage == "ssa";
  work->job.with_llvm = stage == "llvm";
  work->job.with_asm = stage == "asm";
  submit(std::move(work), true);
  if (!out.starts_with("not compiled: ")) return true;
  return false;
}

}  // namespace lithe::runtime
