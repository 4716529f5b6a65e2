// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <string_view>

#include "base/integers.hpp"

namespace lithe::base {

/// Folds the 128-bit product of a and b: every input bit reaches every output bit.
constexpr u64 fold_multiply(u64 a, u64 b) {
  auto product = static_cast<unsigned __int128>(a) * b;
  return u64(product) ^ u64(product >> 64);
}

/// A bijection that spreads the bits of one word.
constexpr u64 mix(u64 x) {
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93;
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93;
  return x ^ (x >> 32);
}

constexpr u64 hash_combine(u64 seed, u64 value) {
  return fold_multiply(seed ^ 0x9E3779B97F4A7C15, value ^ 0xE7037ED1A0B428DB);
}

/// Hash of a byte string. The same in every run and on every machine of the same byte order;
/// not a defence against chosen collisions.
inline u64 hash_bytes(std::string_view bytes, u64 seed = 0) {
  constexpr u64 k0 = 0xA0761D6478BD642F;
  constexpr u64 k1 = 0xE7037ED1A0B428DB;
  const char* p = bytes.data();
  size_t left = bytes.size();
  auto word = [](const char* at) {
    u64 w;
    std::memcpy(&w, at, 8);
    return w;
  };
  auto half = [](const char* at) {
    u32 w;
    std::memcpy(&w, at, 4);
    return u64(w);
  };
  u64 state = seed ^ k0;
  for (; left > 16; left -= 16, p += 16) {
    state = fold_multiply(word(p) ^ k1, word(p + 8) ^ state);
  }
  u64 a = 0;
  u64 b = 0;
  if (left >= 8) {
    a = word(p);
    b = word(p + left - 8);
  } else if (left >= 4) {
    a = half(p);
    b = half(p + left - 4);
  } else if (left > 0) {
    a = u64(u8(p[0])) | u64(u8(p[left / 2])) << 8 | u64(u8(p[left - 1])) << 16;
  }
  return fold_multiply(k1 ^ bytes.size(), fold_multiply(a ^ k1, b ^ state));
}

}  // namespace lithe::base
