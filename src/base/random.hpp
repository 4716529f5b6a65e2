// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"

namespace lithe::base {

/// The next 64 random bits; every state will do. SplitMix64, from Steele, Lea and Flood: "Fast
/// splittable pseudorandom number generators", OOPSLA 2014.
inline u64 next_random(u64& state) {
  u64 bits = state += 0x9E3779B97F4A7C15;
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
  return bits ^ bits >> 31;
}

/// Evenly from 0 to count - 1; 0 as `count` stands for 2^64. From Lemire: "Fast random integer
/// generation in an interval", ACM TOMACS 2019.
inline u64 random_below(u64& state, u64 count) {
  if (count == 0) return next_random(state);
  u64 uneven = (0 - count) % count;
  for (;;) {
    unsigned __int128 product = static_cast<unsigned __int128>(next_random(state)) * count;
    if (static_cast<u64>(product) >= uneven) return static_cast<u64>(product >> 64);
  }
}

/// Evenly from [0, 1), a multiple of 2^-53.
inline double random_unit(u64& state) { return double(next_random(state) >> 11) * 0x1p-53; }

}  // namespace lithe::base
