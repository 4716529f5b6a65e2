// SPDX-License-Identifier: Apache-2.0
// Arithmetic and comparison: integers and floats here, all other numbers (and errors) in the
// primitive of the same meaning, so there is one definition of each. Integer operands leave no
// type record: "nothing seen" means integers (bytecode/seen.hpp). What meets two floats becomes an
// instruction that looks for floats first.

#include <cmath>

#include "base/assert.hpp"
#include "base/checked.hpp"
#include "vm/feedback.hpp"
#include "vm/raise.hpp"

namespace lithe::vm {

using bytecode::Opcode;

namespace {

// An integer shifted to the top of a word: sums and differences overflow the word exactly
// when they overflow 48 bits.
inline i64 high(Value v) { return i64(v.bits() << 16); }
inline u64 from_high(i64 word) { return (u64(word) >> 16) | Value::integer_tag; }

inline u64 float_bits(double d) {
  u64 bits = std::bit_cast<u64>(d);
  if (d != d) [[unlikely]]
    bits = Value::canonical_nan;
  return bits;
}

inline bool is_small_number(Value v) { return v.is_integer() || v.is_float(); }
inline double as_double(Value v) { return v.is_integer() ? double(v.as_integer()) : v.as_float(); }

}  // namespace

LITHE_OP(add);
LITHE_OP(subtract);
LITHE_OP(multiply);
LITHE_OP(divide);
LITHE_OP(unless_less);
LITHE_OP(unless_less_equal);

/// Floats, or a float and an integer; `quick`: the instruction for two floats.
#define LITHE_FLOATS(name, quick, operation)                                                \
  LITHE_OP(name##_general) {                                                                \
    Value left = at(R, pc->b), right = at(R, pc->c);                                        \
    bool floats = both_floats(left, right);                                                 \
    if (floats ||                                                                           \
        (is_small_number(left) && is_small_number(right) && !both_integers(left, right))) { \
      record(code, pc, floats ? seen::floating : seen::other);                              \
      if (floats) quicken(code, pc, Opcode::quick);                                         \
      R[pc->a] = float_bits(as_double(left) operation as_double(right));                    \
      LITHE_NEXT;                                                                           \
    }                                                                                       \
    LITHE_GO(op_slow_binary, pc);                                                           \
  }                                                                                         \
  LITHE_OP(quick) {                                                                         \
    Value left = at(R, pc->b), right = at(R, pc->c);                                        \
    if (both_floats(left, right)) [[likely]] {                                              \
      R[pc->a] = float_bits(left.as_float() operation right.as_float());                    \
      LITHE_NEXT;                                                                           \
    }                                                                                       \
    LITHE_GO(op_##name, pc);                                                                \
  }

#define LITHE_ARITHMETIC(name, integer_case)                       \
  LITHE_OP(name) {                                                 \
    Value left = at(R, pc->b), right = at(R, pc->c);               \
    i64 result;                                                    \
    if (both_integers(left, right) && (integer_case)) [[likely]] { \
      R[pc->a] = from_high(result);                                \
      LITHE_NEXT;                                                  \
    }                                                              \
    LITHE_GO(op_##name##_general, pc);                             \
  }

LITHE_FLOATS(add, add_floats, +)
LITHE_ARITHMETIC(add, !__builtin_add_overflow(high(left), high(right), &result))
LITHE_FLOATS(subtract, subtract_floats, -)
LITHE_ARITHMETIC(subtract, !__builtin_sub_overflow(high(left), high(right), &result))
LITHE_FLOATS(multiply, multiply_floats, *)
LITHE_ARITHMETIC(multiply, !__builtin_mul_overflow(left.as_integer(), high(right), &result))
LITHE_FLOATS(divide, divide_floats, /)

#define LITHE_IMMEDIATE(name, integer_case, float_operation) \
  LITHE_OP(name##_general) {                                 \
    Value left = at(R, pc->b);                               \
    if (left.is_float()) {                                   \
      record(code, pc, seen::floating);                      \
      double l = left.as_float(), r = pc->signed_c();        \
      R[pc->a] = float_bits(float_operation);                \
      LITHE_NEXT;                                            \
    }                                                        \
    LITHE_GO(op_slow_binary, pc);                            \
  }                                                          \
  LITHE_OP(name) {                                           \
    Value left = at(R, pc->b);                               \
    i64 right = i64(u64(i64(pc->signed_c())) << 16), result; \
    if (left.is_integer() && (integer_case)) [[likely]] {    \
      R[pc->a] = from_high(result);                          \
      LITHE_NEXT;                                            \
    }                                                        \
    LITHE_GO(op_##name##_general, pc);                       \
  }

LITHE_IMMEDIATE(add_integer, !__builtin_add_overflow(high(left), right, &result), l + r)
LITHE_IMMEDIATE(subtract_integer, !__builtin_sub_overflow(high(left), right, &result), l - r)

LITHE_OP(divide) {
  Value left = at(R, pc->b), right = at(R, pc->c);
  if (both_integers(left, right)) {
    i64 l = left.as_integer(), r = right.as_integer();
    if (r != 0 && r != -1) {
      if (l % r == 0) {
        R[pc->a] = Value::integer(l / r).bits();
      } else {
        record(code, pc, seen::other);
        R[pc->a] = float_bits(double(l) / double(r));
      }
      LITHE_NEXT;
    }
  }
  LITHE_GO(op_divide_general, pc);
}

#define LITHE_INTEGER_DIVISION(name, expression)         \
  LITHE_OP(name) {                                       \
    Value left = at(R, pc->b), right = at(R, pc->c);     \
    if (both_integers(left, right)) [[likely]] {         \
      i64 l = left.as_integer(), r = right.as_integer(); \
      if (r > 0) [[likely]] {                            \
        R[pc->a] = Value::integer(expression).bits();    \
        LITHE_NEXT;                                      \
      }                                                  \
    }                                                    \
    LITHE_GO(op_slow_binary, pc);                        \
  }

LITHE_INTEGER_DIVISION(modulo, (l % r) + ((l % r) < 0 ? r : 0))
LITHE_INTEGER_DIVISION(remainder, l % r)
LITHE_INTEGER_DIVISION(quotient, l / r)

#define LITHE_BITWISE(name, operation)                                      \
  LITHE_OP(name) {                                                          \
    Value left = at(R, pc->b), right = at(R, pc->c);                        \
    if (both_integers(left, right)) [[likely]] {                            \
      R[pc->a] = (left.bits() operation right.bits()) | Value::integer_tag; \
      LITHE_NEXT;                                                           \
    }                                                                       \
    LITHE_GO(op_slow_binary, pc);                                           \
  }

LITHE_BITWISE(bit_and, &)
LITHE_BITWISE(bit_or, |)
LITHE_BITWISE(bit_xor, ^)

LITHE_OP(shift_left) {
  Value left = at(R, pc->b), right = at(R, pc->c);
  if (both_integers(left, right)) {
    i64 l = left.as_integer(), count = right.as_integer();
    if (count >= 0 && count < 47) {
      i64 shifted = i64(u64(l) << count);
      if (shifted >> count == l && Value::fits_integer(shifted)) {
        R[pc->a] = Value::integer(shifted).bits();
        LITHE_NEXT;
      }
    }
  }
  LITHE_GO(op_slow_binary, pc);
}

LITHE_OP(shift_right) {
  Value left = at(R, pc->b), right = at(R, pc->c);
  if (both_integers(left, right) && right.as_integer() >= 0) {
    i64 count = right.as_integer() > 63 ? 63 : right.as_integer();
    R[pc->a] = Value::integer(left.as_integer() >> count).bits();
    LITHE_NEXT;
  }
  LITHE_GO(op_slow_binary, pc);
}

// Comparison. Integer words compare as integers once shifted; a NaN makes every one false.

#define LITHE_COMPARISON(name, operation)                                           \
  LITHE_OP(name) {                                                                  \
    Value left = at(R, pc->b), right = at(R, pc->c);                                \
    if (both_integers(left, right)) [[likely]] {                                    \
      R[pc->a] = Value::boolean(high(left) operation high(right)).bits();           \
      LITHE_NEXT;                                                                   \
    }                                                                               \
    if (both_floats(left, right)) {                                                 \
      record(code, pc, seen::floating);                                             \
      R[pc->a] = Value::boolean(left.as_float() operation right.as_float()).bits(); \
      LITHE_NEXT;                                                                   \
    }                                                                               \
    LITHE_GO(op_slow_binary, pc);                                                   \
  }

LITHE_COMPARISON(less, <)
LITHE_COMPARISON(less_equal, <=)
LITHE_COMPARISON(equal, ==)

#define LITHE_UNLESS(name, operation, when_floats)                \
  LITHE_OP(name) {                                                \
    Value left = at(R, pc->a), right = at(R, pc->b);              \
    if (both_integers(left, right)) [[likely]] {                  \
      if (high(left) operation high(right)) LITHE_NEXT;           \
      LITHE_DISPATCH(pc + 1 + pc->signed_c());                    \
    }                                                             \
    if (both_floats(left, right)) {                               \
      record(code, pc, seen::floating);                           \
      when_floats;                                                \
      if (left.as_float() operation right.as_float()) LITHE_NEXT; \
      LITHE_DISPATCH(pc + 1 + pc->signed_c());                    \
    }                                                             \
    LITHE_GO(op_slow_branch, pc);                                 \
  }

#define LITHE_UNLESS_FLOATS(name, operation)                      \
  LITHE_OP(name##_floats) {                                       \
    Value left = at(R, pc->a), right = at(R, pc->b);              \
    if (both_floats(left, right)) [[likely]] {                    \
      if (left.as_float() operation right.as_float()) LITHE_NEXT; \
      LITHE_DISPATCH(pc + 1 + pc->signed_c());                    \
    }                                                             \
    LITHE_GO(op_##name, pc);                                      \
  }

LITHE_UNLESS(unless_less, <, quicken(code, pc, Opcode::unless_less_floats))
LITHE_UNLESS(unless_less_equal, <=, quicken(code, pc, Opcode::unless_less_equal_floats))
LITHE_UNLESS(unless_equal, ==, )
LITHE_UNLESS_FLOATS(unless_less, <)
LITHE_UNLESS_FLOATS(unless_less_equal, <=)

#define LITHE_UNLESS_INTEGER(name, operation)                           \
  LITHE_OP(name) {                                                      \
    Value left = at(R, pc->a);                                          \
    if (left.is_integer()) [[likely]] {                                 \
      if (left.as_integer() operation pc->signed_b()) LITHE_NEXT;       \
      LITHE_DISPATCH(pc + 1 + pc->signed_c());                          \
    }                                                                   \
    if (left.is_float()) {                                              \
      record(code, pc, seen::floating);                                 \
      if (left.as_float() operation double(pc->signed_b())) LITHE_NEXT; \
      LITHE_DISPATCH(pc + 1 + pc->signed_c());                          \
    }                                                                   \
    LITHE_GO(op_slow_branch, pc);                                       \
  }

LITHE_UNLESS_INTEGER(unless_less_integer, <)
LITHE_UNLESS_INTEGER(unless_less_equal_integer, <=)
LITHE_UNLESS_INTEGER(unless_greater_integer, >)
LITHE_UNLESS_INTEGER(unless_greater_equal_integer, >=)
LITHE_UNLESS_INTEGER(unless_equal_integer, ==)

LITHE_OP(slow_unary) {
  Process& process = Process::of(x);
  save(process, R, pc, code);
  Value operand = at(R, pc->b);
  x->stack_top = live_top(R, pc, code);
  Value result = slow_operation(process, Opcode(operation(pc)), operand);
  LITHE_CHECK(result == Value::error());
  LITHE_GO(op_unwind, pc);
}

LITHE_OP(slow_binary) {
  Process& process = Process::of(x);
  save(process, R, pc, code);
  auto opcode = Opcode(operation(pc));
  bool immediate = bytecode::opcode_table[u16(opcode)].format == bytecode::Format::abi;
  Value second = immediate ? Value::integer(pc->signed_c()) : at(R, pc->c);
  record(code, pc, seen::other);
  x->stack_top = live_top(R, pc, code);
  Value result = slow_operation(process, opcode, at(R, pc->b), second);
  if (result == Value::error()) {
    if (process.asked(process::request::kill)) return Stop::exited;  // it left a long list
    LITHE_GO(op_unwind, pc);
  }
  R[pc->a] = result.bits();
  LITHE_NEXT;
}

LITHE_OP(slow_branch) {
  Process& process = Process::of(x);
  save(process, R, pc, code);
  auto opcode = Opcode(operation(pc));
  bool immediate = bytecode::opcode_table[u16(opcode)].format == bytecode::Format::aij;
  Value second = immediate ? Value::integer(pc->signed_b()) : at(R, pc->b);
  record(code, pc, seen::other);
  x->stack_top = live_top(R, pc, code);
  Value result = slow_operation(process, opcode, at(R, pc->a), second);
  if (result == Value::error()) LITHE_GO(op_unwind, pc);
  if (result.truthy()) LITHE_NEXT;
  LITHE_DISPATCH(pc + 1 + pc->signed_c());
}

}  // namespace lithe::vm
