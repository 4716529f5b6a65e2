// SPDX-License-Identifier: Apache-2.0

#include "runtime/host_functions.hpp"

#include <utility>
#include "base/utf8.hpp"

#include "process/failure.hpp"
#include "runtime/runtime.hpp"
#include "runtime/task.hpp"
#include "syntax/reader.hpp"
#include "value/object.hpp"
#include "vm/loader.hpp"
#include "vm/native.hpp"
#include "vm/raise.hpp"

namespace lithe::runtime {

// ---- Defining ----------------------------------------------------------------------------

namespace {

/// True if the text reads as this one symbol.
bool is_name(Runtime& runtime, const std::string& text) {
  if (text.empty() || text[0] == '%') return false;
  syntax::TextSource source("<host>", text, syntax::TextSource::Keep::snippet);
  syntax::Reader reader(runtime.names(), runtime.sources(), source);
  auto form = reader.next();
  if (!form || !*form || !form->value().root->is_symbol() || reader.next()) return false;
  return runtime.names().text(u32(form->value().root->name)) == text;
}

std::string definition(const HostFunction& function, u64 index) {
  constexpr const char* primitives[] = {"%host-pure", "%host-sync", "%host-async"};
  std::string names;
  for (u32 i = 1; i <= function.least; i++) names += " a" + std::to_string(i);
  bool rest = function.most != function.least;
  std::string body = std::string(" (") + primitives[u8(function.effect)] + " " +
                     std::to_string(index) + names + (rest ? " rest" : "") + ")";
  return "(def " + function.name + " (" + names + (rest ? " . rest" : "") + ")" + body + ")";
}

/// As vm::define_global, for a function that has its unit.
void publish(Runtime& runtime, vm::Cell& cell, const vm::LoadedFunction& made) {
  heap::SharedUnit* old;
  {
    std::lock_guard lock(runtime.cells().publication);
    old = std::exchange(cell.unit, made.unit);
    cell.has_mutable = false;
    cell.user_defined = true;
    cell.plain.store(false, std::memory_order_release);
    cell.code.store(nullptr, std::memory_order_release);
    cell.value.store(made.closure.bits(), std::memory_order_release);
    cell.version.fetch_add(1, std::memory_order_acq_rel);
    bool plain = !cell.assigned.load();
    cell.code.store(plain ? vm::code_of(made.closure) : nullptr, std::memory_order_release);
    cell.plain.store(plain, std::memory_order_release);
  }
  runtime.redefined(cell);
  if (old) runtime.units().retire(old);
}

constexpr u32 most_parameters = 64;

}  // namespace

bool HostFunctions::define(HostFunction function, std::string& problem) {
  if (!is_name(runtime_, function.name)) {
    problem = "`" + function.name + "` is not the name of a function";
    return false;
  }
  if (function.least > most_parameters || function.most < function.least) {
    problem = function.name + ": the least number of arguments is between 0 and " +
              std::to_string(most_parameters) + ", and not above the largest";
    return false;
  }
  vm::LoadedFunction made = runtime_.load_internal("<host>", definition(function, table_.size()));
  function.closure = made.closure;
  u32 name = runtime_.names().intern(function.name);
  table_.push_back(std::make_unique<HostFunction>(std::move(function)));
  publish(runtime_, runtime_.cells().user(name), made);
  return true;
}

const HostFunction* HostFunctions::find(Value function) const {
  for (const auto& row : table_) {
    if (row->closure == function) return row.get();
  }
  return nullptr;
}

// ---- Calling -----------------------------------------------------------------------------

Value HostCall::fail(std::string_view kind, std::string_view message) {
  std::string text = function.name + ": ";
  text += message;
  Value keyword = Value::keyword(runtime.names().intern(base::utf8::repaired(kind)));
  Value error = process.heap.make_error(keyword, text);
  process.make_failure().start(error, {});
  return Value::error();
}

Value HostFunctions::call(vm::NativeCall& call) {
  // User code cannot name the primitives, so the index is one that define() wrote.
  const HostFunction& function = *table_[u64(call[0].as_integer())];
  heap::RootVector arguments(call.heap());
  bool has_rest = function.most != function.least;
  u32 direct = call.count() - (has_rest ? 1 : 0);
  for (u32 i = 1; i < direct; i++) arguments.push_back(call[i]);
  if (has_rest) {
    for (Value rest = call[direct]; rest.is_cons(); rest = rest.as_cons()->tail) {
      arguments.push_back(rest.as_cons()->head);
    }
  }
  HostCall host{runtime_, call.process, function, arguments};
  if (arguments.size() > function.most) {
    return host.fail("arity", "takes at most " + std::to_string(function.most) +
                                  " arguments, got " + std::to_string(arguments.size()));
  }
  HostCall* outer = std::exchange(running_, &host);
  Value result = function.body(host);
  running_ = outer;
  if (host.interrupted) {
    if (result == Value::wait()) runtime_.cancel_wait(call.process);
    vm::raise(call.process, vm::ErrorKind::interrupted, "interrupted");
    return Value::error();
  }
  return call.process.asked(process::request::kill) ? Value::error() : result;
}

// ---- Answers that come later ----------------------------------------------------------------

/// A process's wait for an answer. It is no operation that the scheduler starts: the scheduler
/// only expects that the inbox wakes it.
class AnswerOperation final : public io::Operation {
 public:
  AnswerOperation(Task& task, std::shared_ptr<Answer> answer)
      : task_(task), answer_(std::move(answer)) {
    answer_->operation_ = this;
    task_.runtime.scheduler().expect_outside();
  }
  ~AnswerOperation() {
    answer_->operation_ = nullptr;
    task_.runtime.scheduler().expect_no_more();
  }

  void begin(uv_loop_s&) override {}
  void run_now() override {}
  void drop() override { delete this; }
  void cancel() override { delete this; }

  /// The completion.
  void finish(const Answer::Make& make) {
    Task& task = task_;
    delete this;
    task.waiting->operation = nullptr;
    task.process.answer = make(task.runtime, task.process);
    task.unblock();
  }

  static void deliver(const std::shared_ptr<Answer>& answer, const Answer::Make& make) {
    if (answer->operation_) answer->operation_->finish(make);
  }

 private:
  Task& task_;
  std::shared_ptr<Answer> answer_;
};

bool Answer::give(const std::shared_ptr<Answer>& answer, Make make) {
  if (answer->given_.exchange(true)) return false;
  return answer->inbox_->post(
      [answer, make = std::move(make)](Runtime&) { AnswerOperation::deliver(answer, make); });
}

std::shared_ptr<Answer> HostFunctions::wait_for_answer(process::Process& process) {
  Task& task = Task::of(process);
  auto answer = std::make_shared<Answer>(runtime_.inbox());
  task.blocked = true;
  task.make_waiting().operation = new AnswerOperation(task, answer);
  return answer;
}

}  // namespace lithe::runtime
