// SPDX-License-Identifier: Apache-2.0

#include "vm/cell.hpp"

#include "base/name_table.hpp"

namespace lithe::vm {

namespace {
/// With what is known of a definition's effect, and the place in a table.
constexpr u64 bytes_each = sizeof(Cell) + 512;
}  // namespace

Cell& Cells::get(Table& table, u32 name, bool library) {
  std::lock_guard lock(mutex_);
  if (name >= table.size()) table.resize(name + 1 + name / 2);
  std::unique_ptr<Cell>& cell = table[name];
  if (!cell) {
    cell = std::make_unique<Cell>();
    cell->name = name;
    cell->library = library;
    names_.count(bytes_each);
  }
  return *cell;
}

Cell* Cells::find_user(u32 name) const {
  std::lock_guard lock(mutex_);
  return name < user_.size() ? user_[name].get() : nullptr;
}

std::vector<Cell*> Cells::all_user() const {
  std::lock_guard lock(mutex_);
  std::vector<Cell*> cells;
  for (const auto& cell : user_) {
    if (cell) cells.push_back(cell.get());
  }
  return cells;
}

}  // namespace lithe::vm
