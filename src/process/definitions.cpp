// SPDX-License-Identifier: Apache-2.0
#include "process/definitions.hpp"

#include "heap/roots.hpp"

namespace lithe::process {

void Definitions::visit_roots(heap::RootVisitor& visitor) {
  entries_.for_each([&](Entry& entry) { visitor.visit(entry.value); });
}

}  // namespace lithe::process
