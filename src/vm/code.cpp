// SPDX-License-Identifier: Apache-2.0

#include "vm/code.hpp"

#include "core/unit.hpp"
#include "heap/shared_unit.hpp"
#include "heap/unit_registry.hpp"
#include "vm/cell.hpp"
#include "vm/native_code.hpp"

namespace lithe::vm {

Code::~Code() {
  if (assumed.empty() && natives.empty()) return;
  std::vector<NativeCode*> left;
  {
    std::lock_guard lock(*publication);
    for (Cell* cell : assumed) cell->dependents.erase(this);
    left = std::move(natives);
    for (NativeCode* native : left) native->code = nullptr;
  }
  for (NativeCode* native : left) native->unit->registry->retire(native->unit);
}

}  // namespace lithe::vm
