// SPDX-License-Identifier: Apache-2.0

#include "runtime/inbox.hpp"

#include <utility>

#include "runtime/runtime.hpp"

namespace lithe::runtime {

bool Inbox::post(Work work) {
  std::lock_guard lock(mutex_);
  if (!runtime_) return false;
  work_.push_back(std::move(work));
  if (work_.size() == 1) {
    runtime_->scheduler().post([](void* inbox) { static_cast<Inbox*>(inbox)->run_all(); }, this);
  }
  return true;
}

void Inbox::run_all() {
  std::vector<Work> work;
  {
    std::lock_guard lock(mutex_);
    work.swap(work_);
  }
  for (Work& each : work) each(*runtime_);
}

void Inbox::close() {
  std::vector<Work> dropped;
  std::lock_guard lock(mutex_);
  runtime_ = nullptr;
  dropped.swap(work_);
}

}  // namespace lithe::runtime
