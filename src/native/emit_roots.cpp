// SPDX-License-Identifier: Apache-2.0
// Root frames: rule 2 of emitter.hpp.
#include <algorithm>

#include "native/abi_names.hpp"
#include "native/emitter.hpp"

namespace lithe::native {

llvm::Value* Emitter::root_slot(u32 index) {
  root_slots_ = std::max(root_slots_, index + 1);
  return field(root_frame_, abi::root_slots + u64{index} * 8);
}

/// The first `count` slots are filled.
void Emitter::link_frame(u32 count) {
  store(load(x_, abi::root_frames), root_frame_, abi::root_previous);
  store(word(count), root_frame_, abi::root_count);
  b.CreateStore(root_frame_, field(x_, abi::root_frames));
}

void Emitter::unlink_frame() { store(load(root_frame_, abi::root_previous), x_, abi::root_frames); }

void Emitter::link_roots(const Node& node) {
  const auto& list = roots_.across(node);
  if (list.empty()) return;
  for (u32 i = 0; i < list.size(); i++) b.CreateStore(use(list[i]), root_slot(i));
  link_frame(u32(list.size()));
}

void Emitter::unlink_roots(const Node& node) {
  const auto& list = roots_.across(node);
  if (list.empty()) return;
  unlink_frame();
  for (u32 i = 0; i < list.size(); i++) {
    b.CreateStore(b.CreateLoad(b.getInt64Ty(), root_slot(i)), variables_[list[i]->id]);
  }
}

}  // namespace lithe::native
