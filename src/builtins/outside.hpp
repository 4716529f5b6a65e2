// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "builtins/builtins.hpp"
#include "io/job.hpp"
#include "vm/outside_work.hpp"

// Builtins whose work is done on another thread.

namespace lithe::builtins {

/// What a failure says: `what` begins its message, `path` is its data.
struct Described {
  std::string what;  ///< "fs/write!: cannot write a.txt"
  std::string path;
};

/// Sets the failure of a process whose outside work has come to nothing. => Value::error().
Value fail_outside(process::Process& process, const Described& described, std::string_view reason);

// What answers are made of; each may collect, and sets the failure when there is no memory.
Value answer_string(process::Process& process, const Described& described, std::string_view text);
Value answer_strings(process::Process& process, const Described& described,
                     const std::vector<std::string>& texts);
Value answer_bytes(process::Process& process, const Described& described, std::string_view bytes);

/// Work that gives a T.
template <class T>
class Outside final : public vm::OutsideWork {
 public:
  using Result = base::Result<T, io::Error>;
  using Run = std::function<Result(const io::Cancelled&)>;
  using Answer = std::function<Value(process::Process&, const Described&, T&)>;

  Outside(Described described, Run run, Answer answer)
      : described_(std::move(described)), run_(std::move(run)), answer_(std::move(answer)) {}

  void run(const std::atomic<bool>& cancelled) override { result_.emplace(run_(cancelled)); }
  void refuse(std::string reason) override {
    result_.emplace(base::failure(io::Error{0, std::move(reason)}));
  }
  Value answer(process::Process& process) override {
    if (!*result_) return fail_outside(process, described_, result_->error().text);
    return answer_(process, described_, result_->value());
  }

 private:
  Described described_;
  Run run_;
  Answer answer_;
  std::optional<Result> result_;
};

/// The value to return: the process waits for the answer.
template <class T>
Value wait_for(NativeCall& call, Described described, typename Outside<T>::Run run,
               typename Outside<T>::Answer answer) {
  call.runtime.wait_outside(
      call.process,
      std::make_unique<Outside<T>>(std::move(described), std::move(run), std::move(answer)));
  return Value::wait();
}

}  // namespace lithe::builtins
