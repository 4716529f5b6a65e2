// SPDX-License-Identifier: Apache-2.0
#include "heap/numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

#include "heap/test_heap.hpp"
#include "heap/validate.hpp"
#include "value/equal.hpp"

namespace lithe::heap {
namespace {

class NumbersTest : public ::testing::Test {
 protected:
  std::string print(Value v) {
    std::string text;
    value::print_number(v, text);
    return text;
  }
  Value number(std::string_view digits) { return parse_integer(heap, digits, 10); }
  static Value integer(i64 i) { return Value::integer(i); }
  static Value real(double d) { return Value::number(d); }
  bool is_error(Value v) { return v.is(Value::Special::error); }

  TestWorld world{TestWorld::roomy()};
  Heap heap{world.environment, nullptr};
};

TEST_F(NumbersTest, IntegersGrowAndShrink) {
  Root edge(heap, integer(Value::integer_max));
  Root above(heap, add(heap, edge, integer(1)));
  EXPECT_TRUE(value::is_kind(above, Kind::bigint));
  EXPECT_EQ(print(above), "140737488355328");
  EXPECT_EQ(subtract(heap, above, integer(1)), edge.get());
  EXPECT_EQ(print(subtract(heap, integer(Value::integer_min), integer(1))), "-140737488355329");
  EXPECT_EQ(print(multiply(heap, edge, edge)), "19807040628565802923409276929");
  EXPECT_EQ(print(negate(heap, integer(Value::integer_min))), "140737488355328");
  EXPECT_EQ(negate(heap, above), integer(-Value::integer_max - 1));
  EXPECT_EQ(print(absolute(heap, integer(Value::integer_min))), "140737488355328");
  EXPECT_EQ(multiply(heap, above, integer(0)), integer(0));
}

TEST_F(NumbersTest, MixedArithmeticGivesFloats) {
  EXPECT_EQ(add(heap, integer(1), real(0.5)), real(1.5));
  Root large(heap, number("100000000000000000000"));
  EXPECT_EQ(multiply(heap, large, real(2)), real(2e20));
  EXPECT_EQ(subtract(heap, real(1e20), large), real(0));
  EXPECT_TRUE(std::isnan(add(heap, real(NAN), integer(1)).as_float()));
}

TEST_F(NumbersTest, WhatIsNoNumberIsAnError) {
  for (auto operation : {add, subtract, multiply, divide, modulo, remainder, quotient}) {
    EXPECT_TRUE(is_error(operation(heap, Value::nil(), integer(1))));
    EXPECT_TRUE(is_error(operation(heap, integer(1), Value::keyword(1))));
    EXPECT_FALSE(heap.take_refused());
  }
  EXPECT_TRUE(is_error(negate(heap, Value::nil())));
  EXPECT_TRUE(is_error(bit_and(heap, integer(1), real(1))));
  EXPECT_TRUE(is_error(shift_left(heap, integer(1), integer(-1))));
  EXPECT_TRUE(is_error(to_integer(heap, real(NAN), ToInteger::floor)));
  EXPECT_TRUE(is_error(integer_square_root(heap, integer(-4))));
}

TEST_F(NumbersTest, DivisionIsExactWhenItCanBe) {
  EXPECT_EQ(divide(heap, integer(10), integer(2)), integer(5));
  EXPECT_EQ(divide(heap, integer(1), integer(2)), real(0.5));
  EXPECT_EQ(divide(heap, integer(-7), integer(2)), real(-3.5));
  Root a(heap, number("1000000000000000000000000000000"));
  EXPECT_EQ(divide(heap, a, number("1000000000000000000000000000000")), integer(1));
  EXPECT_EQ(divide(heap, a, integer(3)), real(1e30 / 3));
  EXPECT_EQ(divide(heap, integer(1), a), real(1e-30));
  EXPECT_TRUE(is_error(divide(heap, integer(1), integer(0))));
  EXPECT_TRUE(is_error(divide(heap, a, integer(0))));
  EXPECT_EQ(divide(heap, integer(1), real(0)), real(INFINITY));
  EXPECT_EQ(print(divide(heap, integer(Value::integer_min), integer(-1))), "140737488355328");
}

TEST_F(NumbersTest, RemaindersHaveTheirSigns) {
  struct Row {
    i64 a, b, mod, rem, quot;
  };
  for (Row row : {Row{7, 3, 1, 1, 2}, Row{-7, 3, 2, -1, -2}, Row{7, -3, -2, 1, -2},
                  Row{-7, -3, -1, -1, 2}, Row{6, -3, 0, 0, -2}}) {
    EXPECT_EQ(modulo(heap, integer(row.a), integer(row.b)), integer(row.mod));
    EXPECT_EQ(remainder(heap, integer(row.a), integer(row.b)), integer(row.rem));
    EXPECT_EQ(quotient(heap, integer(row.a), integer(row.b)), integer(row.quot));
    EXPECT_EQ(modulo(heap, real(double(row.a)), integer(row.b)).as_float(), double(row.mod));
    EXPECT_EQ(remainder(heap, integer(row.a), real(double(row.b))).as_float(), double(row.rem));
  }
  Root big(heap, number("-100000000000000000000"));
  EXPECT_EQ(modulo(heap, big, integer(7)), integer(5));
  EXPECT_EQ(remainder(heap, big, integer(7)), integer(-2));
  EXPECT_TRUE(is_error(modulo(heap, big, integer(0))));
  EXPECT_TRUE(std::isnan(modulo(heap, integer(1), real(0)).as_float()));
}

TEST_F(NumbersTest, BitsAreTwosComplementOfAnyWidth) {
  Root big(heap, number("340282366920938463463374607431768211455"));  // 2^128 - 1
  EXPECT_EQ(bit_and(heap, big, integer(0xFF)), integer(0xFF));
  EXPECT_EQ(bit_and(heap, big, integer(-1)).as_object()->size(), 2u);
  EXPECT_EQ(print(bit_xor(heap, big, integer(-1))), "-340282366920938463463374607431768211456");
  EXPECT_EQ(print(bit_not(heap, big)), "-340282366920938463463374607431768211456");
  EXPECT_EQ(bit_or(heap, integer(-1), big), integer(-1));
  EXPECT_EQ(shift_right(heap, big, integer(120)), integer(255));
  EXPECT_EQ(print(shift_left(heap, integer(-3), integer(70))), "-3541774862152233910272");
  EXPECT_EQ(print(shift_left(heap, integer(1), integer(63))), "9223372036854775808");
  EXPECT_EQ(shift_left(heap, integer(0), big), integer(0));
  EXPECT_EQ(shift_right(heap, integer(-5), big), integer(-1));
  EXPECT_EQ(shift_right(heap, integer(-5), integer(1)), integer(-3));
  EXPECT_EQ(popcount(heap, big), integer(128));
  EXPECT_TRUE(is_error(shift_left(heap, integer(1), big)));
  EXPECT_TRUE(heap.take_refused());
  EXPECT_TRUE(is_error(shift_left(heap, integer(1), integer(i64{1} << 40))));
  EXPECT_TRUE(heap.take_refused());
}

TEST_F(NumbersTest, FloatsBecomeIntegers) {
  EXPECT_EQ(to_integer(heap, real(2.5), ToInteger::floor), integer(2));
  EXPECT_EQ(to_integer(heap, real(-2.5), ToInteger::floor), integer(-3));
  EXPECT_EQ(to_integer(heap, real(2.5), ToInteger::ceil), integer(3));
  EXPECT_EQ(to_integer(heap, real(2.5), ToInteger::round), integer(3));
  EXPECT_EQ(to_integer(heap, real(-2.5), ToInteger::truncate), integer(-2));
  EXPECT_EQ(print(to_integer(heap, real(1e25), ToInteger::floor)), "10000000000000000905969664");
  EXPECT_EQ(to_integer(heap, integer(7), ToInteger::ceil), integer(7));
}

TEST_F(NumbersTest, PowersRootsAndDivisors) {
  EXPECT_EQ(integer_power(heap, integer(2), integer(10)), integer(1024));
  EXPECT_EQ(print(integer_power(heap, integer(10), integer(20))), "100000000000000000000");
  EXPECT_EQ(integer_power(heap, integer(-1), number("100000000000000000001")), integer(-1));
  EXPECT_EQ(integer_power(heap, integer(-1), number("100000000000000000000")), integer(1));
  EXPECT_TRUE(is_error(integer_power(heap, integer(3), integer(i64{1} << 40))));
  EXPECT_TRUE(heap.take_refused());
  EXPECT_EQ(integer_square_root(heap, integer(99)), integer(9));
  EXPECT_EQ(gcd(heap, integer(-12), integer(18)), integer(6));
}

TEST_F(NumbersTest, TheLimitRefusesLargeResults) {
  heap.set_memory_limit(10000);
  EXPECT_TRUE(is_error(shift_left(heap, integer(1), integer(1000000))));
  EXPECT_TRUE(heap.take_refused());
}

TEST_F(NumbersTest, NoIntegerIsLargerThanTheRuntimeAllows) {
  world.environment.most_limbs = 4;
  Root large(heap, integer_power(heap, integer(2), integer(200)));  // 4 limbs
  EXPECT_EQ(large.object()->size(), 4u);
  auto expect_refused = [&](Value made) {
    EXPECT_TRUE(is_error(made));
    EXPECT_TRUE(heap.take_refused());
  };
  expect_refused(multiply(heap, large, large));
  expect_refused(shift_left(heap, large, integer(64)));
  expect_refused(shift_left(heap, integer(1), large));
  expect_refused(integer_power(heap, integer(2), integer(320)));
  expect_refused(integer_power(heap, large, integer(2)));
  expect_refused(integer_power(heap, integer(100), shift_left(heap, integer(1), integer(70))));
  expect_refused(number(std::string(200, '9')));
  expect_refused(parse_integer(heap, std::string(200, 'f'), 16));
  expect_refused(parse_integer(heap, std::string(330, '1'), 2));
  // A sum is as long as it is.
  Root most(heap, subtract(heap, shift_left(heap, large, integer(55)), integer(1)));
  EXPECT_EQ(most.object()->size(), 4u);
  Root twice(heap, add(heap, most, most));
  EXPECT_EQ(twice.object()->size(), 4u);
  Root half(heap, shift_left(heap, large, integer(55)));
  expect_refused(add(heap, half, half));
  // Those powers are small whatever the exponent is.
  for (i64 base : {0, 1, -1})
    EXPECT_EQ(integer_power(heap, integer(base), large), integer(base * base));
}

TEST_F(NumbersTest, EachOperationTakesFloatsOnEitherSide) {
  struct Case {
    Value (*operation)(Heap&, Value, Value);
    double expected;
  };
  const Case cases[] = {{add, 9.5},    {subtract, 5.5},  {multiply, 15}, {divide, 3.75},
                        {modulo, 1.5}, {remainder, 1.5}, {quotient, 3}};
  for (const Case& one : cases) {
    EXPECT_EQ(one.operation(heap, real(7.5), integer(2)), real(one.expected));
    EXPECT_EQ(one.operation(heap, integer(15), real(4)), one.operation(heap, real(15), integer(4)));
    EXPECT_EQ(one.operation(heap, real(7.5), real(2)), real(one.expected));
  }
  EXPECT_EQ(negate(heap, real(2.5)), real(-2.5));
  EXPECT_EQ(absolute(heap, real(-2.5)), real(2.5));
  EXPECT_EQ(absolute(heap, integer(-2)), integer(2));
  EXPECT_EQ(absolute(heap, integer(2)), integer(2));
}

TEST_F(NumbersTest, EachOperationTakesLargeIntegersOnEitherSide) {
  Root large(heap, number("-1000000000000000000000000000007"));
  const Value small = integer(1000);
  EXPECT_EQ(print(quotient(heap, large, small)), "-1000000000000000000000000000");
  EXPECT_EQ(quotient(heap, small, large), integer(0));
  EXPECT_EQ(quotient(heap, small, integer(7)), integer(142));
  EXPECT_EQ(remainder(heap, large, small), integer(-7));
  EXPECT_EQ(remainder(heap, small, large), small);
  EXPECT_EQ(remainder(heap, small, integer(7)), integer(6));
  EXPECT_EQ(modulo(heap, large, small), integer(993));
  EXPECT_EQ(print(modulo(heap, small, large)), "-999999999999999999999999999007");
  EXPECT_EQ(modulo(heap, small, integer(-7)), integer(-1));
  for (auto operation : {divide, quotient, remainder, modulo}) {
    EXPECT_TRUE(is_error(operation(heap, large, integer(0))));
    EXPECT_FALSE(heap.take_refused());
  }
  EXPECT_EQ(bit_and(heap, large, small), bit_and(heap, small, large));
  EXPECT_EQ(bit_or(heap, integer(12), integer(10)), integer(14));
  EXPECT_EQ(bit_and(heap, integer(12), integer(10)), integer(8));
  EXPECT_EQ(bit_xor(heap, integer(12), integer(10)), integer(6));
  EXPECT_EQ(bit_not(heap, integer(5)), integer(-6));
  EXPECT_EQ(print(bit_or(heap, small, large)),
            print(add(heap, large, bit_and(heap, bit_not(heap, large), small))));
  EXPECT_EQ(print(bit_xor(heap, bit_xor(heap, small, large), small)), print(large));
}

TEST_F(NumbersTest, WideArithmeticUnderStress) {
  TestWorld own(TestWorld::stressed(1));
  Heap small(own.environment, nullptr);
  std::mt19937_64 random(3);
  for (int i = 0; i < 2000; ++i) {
    i64 a = i64(random()) >> (random() % 64);
    i64 b = i64(random()) >> (random() % 64);
    Root x(small, small.make_integer(a));
    Root y(small, small.make_integer(b));
    Root product(small, multiply(small, x, y));
    Root sum(small, add(small, product, y));
    Root back(small, subtract(small, sum, y));
    ASSERT_TRUE(value::equal(back, product));
    if (b != 0) {
      Root quotient(small, divide(small, product, y));
      ASSERT_TRUE(value::equal(quotient, x)) << a << " " << b;
    }
    ASSERT_EQ(value::compare_numbers(x, y), a < b   ? value::Ordering::less
                                            : a > b ? value::Ordering::greater
                                                    : value::Ordering::equal);
  }
}

TEST_F(NumbersTest, ComparisonIsExact) {
  using value::compare_numbers;
  using value::Ordering;
  Root big(heap, number("9007199254740993"));
  EXPECT_EQ(compare_numbers(big, real(9007199254740992.0)), Ordering::greater);
  EXPECT_EQ(compare_numbers(real(9007199254740992.0), big), Ordering::less);
  EXPECT_EQ(compare_numbers(integer(1), real(1)), Ordering::equal);
  EXPECT_EQ(compare_numbers(real(NAN), big), Ordering::unordered);
  EXPECT_EQ(compare_numbers(real(0.0), real(-0.0)), Ordering::equal);
  EXPECT_EQ(compare_numbers(big, real(INFINITY)), Ordering::less);
}

}  // namespace
}  // namespace lithe::heap
