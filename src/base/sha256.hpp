// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "base/integers.hpp"

namespace lithe::base {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
class Sha256 {
 public:
  using Digest = std::array<u8, 32>;

  void add(std::string_view bytes);
  /// Of all that was added. Nothing is added afterwards.
  Digest finish();

 private:
  static constexpr u32 block_bytes = 64;

  void take_block(const u8* block);

  u32 state_[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                   0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
  u64 bytes_ = 0;
  u8 pending_[block_bytes];  ///< bytes_ % block_bytes of them wait for a full block
};

}  // namespace lithe::base
