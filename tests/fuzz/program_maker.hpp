// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

// Programs out of bytes, for the targets that run them.
//
// - Every program ends: loops and recursion count down from small literals, the rounds of nested
//   ones and of the functions that they call are multiplied up to a bound, and what is carried
//   from round to round goes through `clip`, which keeps it small.
// - Most of it is well typed; a wrong value stands in now and then, so that errors are part of
//   what is compared.
// - What is printed does not depend on the schedule: whoever starts a process waits for its end.
//   It does not depend on addresses, clocks, gensyms or the depth of the stack either.
// - When the bytes are used up, expressions end; what is still chosen follows from all bytes.

namespace lithe::fuzz {

std::string make_program(std::span<const std::uint8_t> bytes);

}  // namespace lithe::fuzz
