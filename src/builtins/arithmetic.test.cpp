// SPDX-License-Identifier: Apache-2.0
#include "builtins/harness.test.hpp"

#include <gtest/gtest.h>

namespace lithe::builtins {
namespace {

TEST(Arithmetic, FoldsAnyNumberOfArgumentsFromTheLeft) {
  expect_all({
      {"(+)", "0"},
      {"(*)", "1"},
      {"(+ 7)", "7"},
      {"(+ 1 2 3 4)", "10"},
      {"(- 10 1 2)", "7"},
      {"(- 5)", "-5"},
      {"(- 0.0)", "-0.0"},
      {"(* 2 3 4)", "24"},
      {"(/ 10 2)", "5"},
      {"(/ 1 2)", "0.5"},
      {"(/ 4)", "0.25"},
      {"(/ 100 5 2)", "10"},
      {"(+ 0.1 0.2 0.3)", "0.6000000000000001"},
      {"(+ 1 2.5)", "3.5"},
      {"(+ 140737488355327 1)", "140737488355328"},
      {"(* 99999999999999 99999999999999)", "9999999999999800000000000001"},
      {"(- 10000000000000000000000 9999999999999999999999)", "1"},
      {"(mod -7 3)", "2"},
      {"(mod 7 -3)", "-2"},
      {"(rem -7 3)", "-1"},
      {"(math/quot -7 3)", "-2"},
      {"(mod 5.5 2)", "1.5"},
  });
}

TEST(Arithmetic, NamesWhatIsWrong) {
  expect_all({
      {"(+ 1 \"a\")", "error :type +: argument 2 must be a number, got \"a\""},
      {"(- :k)", "error :type -: argument 1 must be a number, got :k"},
      {"(/ 1 0)", "error :divide-by-zero /: division by zero"},
      {"(/ 0)", "error :divide-by-zero /: division by zero"},
      {"(mod 1 0)", "error :divide-by-zero mod: division by zero"},
      {"(math/quot 1 0)", "error :divide-by-zero math/quot: division by zero"},
      {"(/ 1 0.0)", "+inf.0"},
      {"(/ 1.0 0)", "+inf.0"},
      {"(math/pow 10 1000000000000)", "error :out-of-memory math/pow: the result is too large"},
      {"(math/shift-left 1 1000000000000)",
       "error :out-of-memory math/shift-left: the result is too large"},
  });
}

TEST(Compare, ChainsNumbersOrStrings) {
  expect_all({
      {"(< 1 2 3)", "true"},
      {"(< 1 3 2)", "false"},
      {"(<= 1 1 2)", "true"},
      {"(> 3 2 1)", "true"},
      {"(>= 3 3 4)", "false"},
      {"(< 1 1.5)", "true"},
      {"(< 9007199254740993 9007199254740992.0)", "false"},
      {"(< \"a\" \"b\" \"ba\")", "true"},
      {"(< \"z\" \"é\" \"😀\")", "true"},
      {"(<= \"a\" \"a\")", "true"},
      {"(< 5)", "true"},
      {"(== 1 1.0 1)", "true"},
      {"(== (1 \"a\" [2]) (1.0 \"a\" [2]))", "true"},
      {"(== 1 \"1\")", "false"},
      {"(!= 1 2)", "true"},
      {"(not nil)", "true"},
      {"(not 0)", "false"},
      {"(identical? :a :a)", "true"},
  });
}

TEST(Compare, LooksNoFurtherThanTheFirstPairThatFails) {
  expect_all({
      {"(< 2 1 \"a\")", "false"},
      {"(< 1 2 \"a\")",
       "error :type <: argument 3 must be a number, as the one before it, got \"a\""},
      {"(< \"a\" 1)", "error :type <: argument 2 must be a string, as the one before it, got 1"},
      {"(> nil)", "error :type >: argument 1 must be a number or a string, got nil"},
  });
}

TEST(Math, IntegersAndBitsOfAnyWidth) {
  expect_all({
      {"(math/abs -5)", "5"},
      {"(math/abs -140737488355328)", "140737488355328"},
      {"(math/sign -2.5)", "-1"},
      {"(math/sign 0)", "0"},
      {"(math/gcd 12 18)", "6"},
      {"(math/gcd)", "0"},
      {"(math/gcd -4)", "4"},
      {"(math/lcm 4 6)", "12"},
      {"(math/lcm 4 -6 10)", "60"},
      {"(math/lcm 4 0)", "0"},
      {"(math/lcm)", "1"},
      {"(math/pow 2 100)", "1267650600228229401496703205376"},
      {"(math/pow 2 -1)", "0.5"},
      {"(math/pow 2.0 3)", "8.0"},
      {"(math/bit-and -1 0xff)", "255"},
      {"(math/bit-or 1 2 4)", "7"},
      {"(math/bit-xor 7 2)", "5"},
      {"(math/bit-not 0)", "-1"},
      {"(math/bit-and 0xffffffffffffffffffff -256)", "1208925819614629174705920"},
      {"(math/shift-left 1 100)", "1267650600228229401496703205376"},
      {"(math/shift-right -5 1)", "-3"},
      {"(math/shift-right 1267650600228229401496703205376 99)", "2"},
      {"(math/shift-left 1 -1)",
       "error :type math/shift-left: argument 2 must be an integer that is not negative, got -1"},
      {"(math/bit-and 1 1.5)", "error :type math/bit-and: argument 2 must be an integer, got 1.5"},
      {"(math/popcount 255)", "8"},
      {"(math/popcount -1)",
       "error :type math/popcount: argument 1 must be an integer that is not negative, got -1"},
  });
}

TEST(Math, RoundsToIntegers) {
  expect_all({
      {"(math/floor -2.5)", "-3"},
      {"(math/ceil 2.1)", "3"},
      {"(math/round 2.5)", "3"},
      {"(math/round -2.5)", "-3"},
      {"(math/trunc -2.9)", "-2"},
      {"(math/floor 7)", "7"},
      {"(math/floor 1e20)", "100000000000000000000"},
      {"(math/floor (/ 0.0 0))",
       "error :type math/floor: argument 1 must be a finite number, got +nan.0"},
  });
}

TEST(Math, OrdersNumbersOfEitherKind) {
  expect_all({
      {"(math/min 1 2.0)", "1.0"},
      {"(math/max 1 2.0)", "2.0"},
      {"(math/min 3 1 2)", "1"},
      {"(math/max 1 (/ 0.0 0) 3)", "+nan.0"},
      {"(math/min 5)", "5"},
      {"(math/clamp 15 0 10)", "10"},
      {"(math/clamp -1 0 10)", "0"},
      {"(math/clamp 5.5 0 10)", "5.5"},
      {"(math/clamp 1 3 2)", "error :value math/clamp: argument 2 must not be above argument 3"},
      {"(math/nan? (/ 0.0 0))", "true"},
      {"(math/nan? 1)", "false"},
  });
}

TEST(Math, RootsOfCubesAreExact) {
  Harness harness;
  for (int n = -200; n <= 200; n++) {
    std::string call = "(math/cbrt " + std::to_string(n * n * n) + ")";
    EXPECT_EQ(harness.run(call), std::to_string(n) + ".0") << call;
  }
}

TEST(Math, Floats) {
  expect_all({
      {"(math/sqrt 16)", "4.0"},
      {"(math/sqrt -1)", "+nan.0"},
      {"(math/cbrt -8)", "-2.0"},
      {"(math/sin 0)", "0.0"},
      {"(math/cos 0)", "1.0"},
      {"(math/tan 0)", "0.0"},
      {"(math/asin 0)", "0.0"},
      {"(math/acos 1)", "0.0"},
      {"(math/atan 0)", "0.0"},
      {"(math/atan2 0 1)", "0.0"},
      {"(math/sinh 0)", "0.0"},
      {"(math/cosh 0)", "1.0"},
      {"(math/tanh 0)", "0.0"},
      {"(math/exp 0)", "1.0"},
      {"(math/log 1)", "0.0"},
      {"(math/log2 8)", "3.0"},
      {"(math/log10 1000)", "3.0"},
      {"(math/hypot 3 4)", "5.0"},
      {"(math/sqrt \"x\")", "error :type math/sqrt: argument 1 must be a number, got \"x\""},
  });
}

}  // namespace
}  // namespace lithe::builtins
