// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "reference.hpp"

// Random operands that gather where arithmetic changes its way: at the edges of immediate integers
// (48 bits), of machine words, of exact doubles, at subnormal floats, infinities and NaN.

namespace numbers {

/// A sequence of random words made from a seed (splitmix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

/// What the operands of a function are drawn from.
enum class Range {
  immediate,  ///< integers of 48 bits at most
  wide,       ///< of 40 to 70 bits
  big,        ///< of any size, mostly below 400 bits
  floating,   ///< floats of every kind
  mixed,      ///< each of them
  whole,      ///< integers of every size
  count,      ///< from 0 to 200: for shifts and powers
};

Answer operand(Random& random, Range range);

/// Two operands; often near each other, or one a multiple of the other.
std::pair<Answer, Answer> operands(Random& random, Range left, Range right);

/// A number as text and what it reads as; nil if it is none, or too large for a float.
struct NumberText {
  std::string text;
  Answer number;
};
NumberText number_text(Random& random);

}  // namespace numbers
