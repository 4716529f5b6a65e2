// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/assert.hpp"
#include "bytecode/instruction.hpp"
#include "primitives/primitives.hpp"

namespace lithe::bytecode {

/// The builtin of the same meaning, which takes what an instruction's quick path does not, and
/// makes its errors. Precondition: there is one.
inline primitives::Primitive primitive_of(Opcode opcode) {
  using primitives::Primitive;
  switch (opcode) {
    case Opcode::add_floats:
    case Opcode::add:
    case Opcode::add_integer:
      return Primitive::add;
    case Opcode::subtract_floats:
    case Opcode::subtract:
    case Opcode::subtract_integer:
      return Primitive::subtract;
    case Opcode::multiply_floats:
    case Opcode::multiply:
      return Primitive::multiply;
    case Opcode::divide_floats:
    case Opcode::divide:
      return Primitive::divide;
    case Opcode::modulo:
      return Primitive::modulo;
    case Opcode::remainder:
      return Primitive::math_rem;
    case Opcode::quotient:
      return Primitive::math_quot;
    case Opcode::bit_and:
      return Primitive::math_bit_and;
    case Opcode::bit_or:
      return Primitive::math_bit_or;
    case Opcode::bit_xor:
      return Primitive::math_bit_xor;
    case Opcode::shift_left:
      return Primitive::math_shift_left;
    case Opcode::shift_right:
      return Primitive::math_shift_right;
    case Opcode::buffer_get:
      return Primitive::buffer_get;
    case Opcode::buffer_set:
      return Primitive::buffer_set;
    case Opcode::vector_get:
      return Primitive::vector_get;
    case Opcode::get_element:
      return Primitive::get;
    case Opcode::less:
    case Opcode::unless_less:
    case Opcode::unless_less_floats:
    case Opcode::unless_less_integer:
      return Primitive::less;
    case Opcode::less_equal:
    case Opcode::unless_less_equal:
    case Opcode::unless_less_equal_floats:
    case Opcode::unless_less_equal_integer:
      return Primitive::less_equal;
    case Opcode::unless_greater_integer:
      return Primitive::greater;
    case Opcode::unless_greater_equal_integer:
      return Primitive::greater_equal;
    case Opcode::equal:
    case Opcode::unless_equal:
    case Opcode::unless_equal_integer:
      return Primitive::equal;
    case Opcode::cons:
      return Primitive::cons;
    case Opcode::head:
      return Primitive::head;
    case Opcode::tail:
      return Primitive::tail;
    default:
      LITHE_CHECK(!"an opcode without a primitive");
  }
  __builtin_unreachable();
}

}  // namespace lithe::bytecode
