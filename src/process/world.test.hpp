// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/name_table.hpp"
#include "heap/environment.hpp"
#include "heap/fragment.hpp"
#include "heap/memory_account.hpp"
#include "heap/unit_registry.hpp"
#include "process/process.hpp"
#include "process/process_table.hpp"
#include "process/relations.hpp"
#include "process/signals.hpp"
#include "process/waker.hpp"
#include "value/object.hpp"

namespace lithe::process {

/// A process as the system makes one: record, first stack and first heap in one block.
struct TestBlock {
  explicit TestBlock(heap::HeapEnvironment& environment)
      : process(environment, stack, Process::first_stack_words, heap_words,
                Process::first_heap_words) {}
  Process process;
  u64 stack[Process::first_stack_words];
  u64 heap_words[Process::first_heap_words];
};

/// What processes need around them, without anything that runs them.
class World : public Waker {
 public:
  explicit World(u32 stress_every = 0, u32 process_limit = ProcessTable::slot_limit)
      : environment_{account_, units_, names_, {.stress_every = stress_every, .validate = true}},
        table_(*this, process_limit) {}

  Process& spawn() {
    blocks_.push_back(std::make_unique<TestBlock>(environment_));
    Process& process = blocks_.back()->process;
    LITHE_CHECK(table_.add(process));
    return process;
  }

  /// Handles signals, and the end if they ask for it. => whether it is still alive.
  bool drain(Process& process) {
    if (take_signals(table_, process)) return true;
    end(process, process.exit_reason);
    return false;
  }
  void end(Process& process, value::Value reason) { end_process(table_, process, reason); }
  bool alive(const Process& process) const { return table_.find(process.self) == &process; }

  /// Frees the record of a process that has ended.
  void destroy(Process& process) {
    std::erase_if(blocks_, [&](const auto& block) { return &block->process == &process; });
  }

  value::Value keyword(std::string_view text) { return value::Value::keyword(names_.intern(text)); }

  /// Short text for what messages are made of: keywords, integers, pids (<slot>), refs (#number),
  /// lists.
  std::string show(value::Value v) const {
    if (v.is_keyword()) return ":" + std::string(names_.text(v.name()));
    if (v.is_integer()) return std::to_string(v.as_integer());
    if (v.is_pid()) return "<" + std::to_string(v.pid_slot()) + ">";
    if (v.is_nil()) return "nil";
    if (v.is_object()) return "#" + std::to_string(v.as_object()->words()[0]);
    std::string text;
    for (; v.is_cons(); v = v.as_cons()->tail) {
      text += (text.empty() ? "" : " ") + show(v.as_cons()->head);
    }
    return "(" + text + ")";
  }
  std::string show_messages(const Process& process) const {
    std::string text;
    for (heap::Fragment* m = process.mailbox.first(); m != nullptr; m = m->next) {
      text += (text.empty() ? "" : " ") + show(m->root);
    }
    return text;
  }

  void wake(Process&) override { wakes_++; }

  u64 wakes() const { return wakes_; }
  ProcessTable& table() { return table_; }
  heap::HeapEnvironment& environment() { return environment_; }
  heap::MemoryAccount& account() { return account_; }

 private:
  heap::MemoryAccount account_;
  heap::UnitRegistry units_;
  base::NameTable names_;
  heap::HeapEnvironment environment_;
  ProcessTable table_;
  std::vector<std::unique_ptr<TestBlock>> blocks_;
  u64 wakes_ = 0;
};

}  // namespace lithe::process
