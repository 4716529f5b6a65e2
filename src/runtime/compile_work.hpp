// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <vector>

#include "native/plugin.hpp"
#include "runtime/jit.hpp"
#include "vm/cell.hpp"
#include "vm/code.hpp"

namespace lithe::heap {
struct SharedUnit;
}

namespace lithe::runtime {

struct CompileWork {
  struct CellSeen {
    vm::Cell* cell;
    u32 version;
    bool settled;
  };

  CompileWork() = default;
  /// Gives back the units; without the publication lock.
  ~CompileWork();
  CompileWork(const CompileWork&) = delete;
  CompileWork& operator=(const CompileWork&) = delete;

  native::Job job;
  vm::Code* code = nullptr;  ///< null once it was forgotten
  i32 loop = -1;
  // By the numbers that the request uses:
  std::vector<CellSeen> cells;
  std::vector<vm::Code*> functions;
  std::vector<std::vector<u32>> assumed;  ///< cells that a function takes for builtins
  std::vector<CompiledCode*> natives;

  std::vector<heap::SharedUnit*> held;    ///< one reference counted each
  std::deque<bytecode::Function> copies;  ///< of functions that nothing holds
  bool wanted = true;                     ///< false: texts are all that is asked for
  bool waited_for = false;
  bool finished = false;
  std::string* texts = nullptr;
  std::string stage;
};

}  // namespace lithe::runtime
