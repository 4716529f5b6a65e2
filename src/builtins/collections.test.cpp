// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "builtins/harness.test.hpp"

namespace lithe::builtins {
namespace {

TEST(Map, ReadsAndMakesOthers) {
  expect_all({
      {"(map/get {:a 1 :b 2} :b)", "2"},
      {"(map/get {:a 1} :x)", "nil"},
      {"(map/get {:a 1} :x 9)", "9"},
      {"(map/get {1 :one} 1.0)", ":one"},
      {"(get {:a 1} :a)", "1"},
      {"(map/has? {:a nil} :a)", "true"},
      {"(%has-key? 5 :a)", "false"},
      {"(map/size {:a 1 :b 2})", "2"},
      {"(length {})", "0"},
      {"(empty? {})", "true"},
      {"(map/put {:a 1} :b 2)", "{:a 1 :b 2}"},
      {"(map/put {:a 1} :a 2)", "{:a 2}"},
      {"(map/remove {:a 1 :b 2} :a)", "{:b 2}"},
      {"(map/remove {:a 1} :x)", "{:a 1}"},
      {"(map/merge {:a 1 :b 2} {:b 3} {:c 4})", "{:a 1 :b 3 :c 4}"},
      {"(map/from-list ((:b 1) (:a 2) (:b 3)))", "{:a 2 :b 3}"},
      {"(map/keys {\"b\" 1 2 3 :a 4})", "(2 \"b\" :a)"},
      {"(map/values {:b 1 :a 2})", "(2 1)"},
      {"(map/entries {:b 1 :a (2)})", "((:a (2)) (:b 1))"},
      {"(map/of :a 1)", "{:a 1}"},
      {"(%list->map (:a 1 :b 2))", "{:a 1 :b 2}"},
      {"(map/of :a)", "error :arity map/of: needs a value for each key, got 1 argument"},
      {"(map/of 1 2 1.0 3)", "error :value map/of: a key is given twice"},
      {"(map/from-list ((1 2) 3))",
       "error :type map/from-list: argument 1 must be a list of lists (key value), got 3 at index "
       "1"},
      {"(map/get (1) 0)", "error :type map/get: argument 1 must be a map or a table, got (1)"},
      {"(map/set! {:a 1} :a 2)",
       "error :type map/set!: argument 1 must be a table (a map never changes: map/put makes "
       "another), got {:a 1}"},
  });
}

TEST(Table, Changes) {
  for (u32 stress : {0u, 1u}) {
    Harness harness(stress);
    harness.push(harness.call(u16(primitives::Primitive::map_create), 0));
    auto table = [&] { return Value::from_bits(harness.process->stack_begin[0]); };
    auto call = [&](primitives::Primitive primitive, std::initializer_list<Value> more) {
      harness.push(table());
      for (Value v : more) harness.push(v);
      return harness.call(u16(primitive), u32(1 + more.size()));
    };
    using P = primitives::Primitive;
    for (i64 i = 0; i < 100; i++) {
      EXPECT_EQ(call(P::map_set, {Value::integer(i), Value::integer(i * i)}),
                Value::integer(i * i));
    }
    EXPECT_EQ(call(P::map_get, {Value::number(7.0)}), Value::integer(49));
    EXPECT_EQ(call(P::get, {Value::integer(7)}), Value::integer(49));
    EXPECT_EQ(call(P::map_size, {}), Value::integer(100));
    EXPECT_EQ(call(P::map_delete, {Value::integer(7)}), Value::boolean(true));
    EXPECT_EQ(call(P::map_delete, {Value::integer(7)}), Value::boolean(false));
    EXPECT_EQ(call(P::map_has, {Value::integer(7)}), Value::boolean(false));
    EXPECT_EQ(call(P::map_get, {Value::integer(7), Value::integer(-1)}), Value::integer(-1));
    EXPECT_EQ(call(P::length, {}), Value::integer(99));
    EXPECT_EQ(harness.show(call(P::map_keys, {})).substr(0, 20), "(0 1 2 3 4 5 6 8 9 1");
    EXPECT_EQ(call(P::map_clear, {}), table());
    EXPECT_EQ(call(P::empty, {}), Value::boolean(true));
  }
}

TEST(Collection, GetAndLengthReadAny) {
  expect_all({
      {"(get (10 20) 1)", "20"},
      {"(get [10 20] 1)", "20"},
      {"(get (buffer/of :i32 (10 20)) 1)", "20"},
      {"(get (10 20) 5 :none)", ":none"},
      {"(get [10 20] -1 :none)", ":none"},
      {"(get [10 20] 2)",
       "error :index get: argument 2 must be an index below the length 2, got 2"},
      {"(get (10 20) 2)",
       "error :index get: argument 2 must be an index below the length 2, got 2"},
      {"(get [1] :a)", "error :type get: argument 2 must be an integer, got :a"},
      {"(get 5 0)",
       "error :type get: argument 1 must be a list, vector, map, set, table, buffer or string, got "
       "5"},
      {"(length [1 2])", "2"},
      {"(length (buffer/create :u8 3))", "3"},
      {"(empty? \"\")", "true"},
      {"(empty? ())", "true"},
      {"(empty? [1])", "false"},
      {"(empty? 5)",
       "error :type empty?: argument 1 must be a list, vector, map, set, table, buffer or string, "
       "got "
       "5"},
      {"(vector/of)", "[]"},
      {"(%list->vector (1 2))", "[1 2]"},
      {"(%vector-of-length? [1 2] 2)", "true"},
      {"(%vector-of-length? (1 2) 2)", "false"},
      {"(%vector-get [1 2] 1)", "2"},
      {"(%cons? (1))", "true"},
      {"(%empty-list? (1))", "false"},
  });
}

TEST(Buffer, HoldsItsElementType) {
  expect_all({
      {"(buffer/->list (buffer/create :f64 2))", "(0.0 0.0)"},
      {"(buffer/->list (buffer/of :u8 (1 256 -1 3.0)))", "(1 0 255 3)"},
      {"(buffer/->list (buffer/of :i32 (2147483648 -2147483649)))", "(-2147483648 2147483647)"},
      {"(buffer/->list (buffer/of :i64 (9223372036854775807 9223372036854775808 1e19)))",
       "(9223372036854775807 -9223372036854775808 -8446744073709551616)"},
      {"(buffer/->list (buffer/of :i64 (-18446744073709551617)))", "(-1)"},
      {"(buffer/->list (buffer/of :f32 (0.1 16777217 1e300)))",
       "(0.10000000149011612 16777216.0 +inf.0)"},
      {"(buffer/->list (buffer/of :f32 (9007200328482817)))", "(9007200328482816.0)"},
      {"(buffer/->list (buffer/of :f64 (1 0.5 99999999999999999999)))",
       "(1.0 0.5 100000000000000000000.0)"},
      {"(buffer/type (buffer/create :f32 1))", ":f32"},
      {"(buffer/length (buffer/create :f32 7))", "7"},
      {"(buffer/of :u8 (1 2.5))",
       "error :type buffer/of: argument 2 must be a list of numbers, each an integer or a float "
       "that is whole, got 2.5 at index 1"},
      {"(buffer/set! (buffer/create :i32 1) 0 (/ 0.0 0))",
       "error :type buffer/set!: argument 3 must be an integer or a float that is whole, got "
       "+nan.0"},
      {"(buffer/set! (buffer/create :f32 1) 0 \"x\")",
       "error :type buffer/set!: argument 3 must be a number, got \"x\""},
      {"(buffer/create :i16 1)",
       "error :type buffer/create: argument 1 must be an element type, :u8 :i32 :i64 :f32 or :f64, "
       "got :i16"},
      {"(buffer/create :u8 -1)",
       "error :type buffer/create: argument 2 must be an integer that is not negative, got -1"},
      {"(buffer/create :f64 1000000000000)",
       "error :out-of-memory buffer/create: not enough memory for the result"},
      {"(buffer/create :f64 100000000000000000000)",
       "error :out-of-memory buffer/create: not enough memory for the result"},
      {"(buffer/get (buffer/create :u8 2) 2)",
       "error :index buffer/get: argument 2 must be an index below the length 2, got 2"},
  });
}

TEST(Buffer, ParcelsOfElements) {
  expect_all({
      {"(buffer/set! (buffer/create :u8 1) 0 300)", "300"},
      {"(buffer/->list (buffer/fill! (buffer/create :f32 2) 7))", "(7.0 7.0)"},
      {"(buffer/->list (buffer/slice (buffer/of :i32 (1 2 3 4)) 1 3))", "(2 3)"},
      {"(buffer/->list (buffer/slice (buffer/of :i32 (1 2 3 4)) 2))", "(3 4)"},
      {"(buffer/->list (buffer/copy! (buffer/create :i32 4) (buffer/of :i32 (1 2 3)) 1))",
       "(0 1 2 3)"},
      {"(buffer/->list (buffer/copy! (buffer/create :u8 3) (buffer/of :f64 (257 2 3)) 0 0 2))",
       "(1 2 0)"},
      {"(buffer/->list (buffer/copy! (buffer/create :f32 2) (buffer/of :i64 (16777217 1))))",
       "(16777216.0 1.0)"},
      {"(buffer/copy! (buffer/create :u8 3) (buffer/of :f64 (1.5)))",
       "error :type buffer/copy!: element 0 of argument 2 must be an integer or a float that is "
       "whole"},
      {"(buffer/copy! (buffer/create :u8 1) (buffer/of :u8 (1 2)))",
       "error :index buffer/copy!: 2 elements do not fit at index 0 of a buffer of 1"},
      {"(buffer/copy! (buffer/create :u8 1) (buffer/of :u8 (1 2)) 0 0 2)",
       "error :index buffer/copy!: argument 5 must be from 0 to the length 1, got 2"},
      {"(buffer/slice (buffer/of :u8 (1)) 2)",
       "error :index buffer/slice: argument 2 must be from 0 to the length 1, got 2"},
      {"(buffer/get (buffer/freeze! (buffer/of :u8 (5))) 0)", "5"},
      {"(buffer/fill! (buffer/freeze! (buffer/of :u8 (5))) 0)",
       "error :type buffer/fill!: argument 1 must be a buffer that is not frozen, got #‹buffer :u8 "
       "[5]›"},
  });
}

}  // namespace
}  // namespace lithe::builtins
