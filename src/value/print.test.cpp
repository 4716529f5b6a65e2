// SPDX-License-Identifier: Apache-2.0
#include "value/print.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "heap/map.hpp"
#include "heap/numbers.hpp"
#include "heap/table.hpp"
#include "heap/test_heap.hpp"

namespace lithe::value {
namespace {

using heap::Heap;
using heap::list_of;
using heap::Root;
using heap::RootVector;
using heap::TestWorld;
using heap::vector_of;

struct Namer final : FunctionNamer {
  std::string_view closure_name(const Object* closure) override {
    return closure->words()[0] == 0 ? "" : "fib";
  }
  std::string_view builtin_name(u32 index) override { return index == 1 ? "list/map" : "?"; }
};

class PrintTest : public ::testing::Test {
 protected:
  std::string print(Value v, PrintOptions options = {}) {
    std::string text;
    value::print(v, world.names, &namer, text, options);
    return text;
  }
  Value name(std::string_view text) { return Value::symbol(world.names.intern(text)); }
  Value keyword(std::string_view text) { return Value::keyword(world.names.intern(text)); }

  TestWorld world{TestWorld::roomy()};
  Heap heap{world.environment, nullptr};
  Namer namer;
};

TEST_F(PrintTest, ValuesPrintAsTheyRead) {
  Root list(heap, list_of(heap, {Value::integer(1), Value::number(2.0), heap.make_string("a"),
                                 keyword("k"), Value::nil()}));
  EXPECT_EQ(print(list), "(1 2.0 \"a\" :k nil)");
  EXPECT_EQ(print(Value::empty_list()), "()");
  EXPECT_EQ(print(Value::boolean(true)), "true");
  EXPECT_EQ(print(name("set!")), "set!");
  Root nested(heap, vector_of(heap, {list, vector_of(heap, {}), Value::boolean(false)}));
  EXPECT_EQ(print(nested), "[(1 2.0 \"a\" :k nil) [] false]");
}

TEST_F(PrintTest, Numbers) {
  EXPECT_EQ(print(Value::integer(-42)), "-42");
  EXPECT_EQ(print(heap.make_integer(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(print(Value::number(0.1)), "0.1");
  EXPECT_EQ(print(Value::number(-0.0)), "-0.0");
  EXPECT_EQ(print(Value::number(1e21)), "1e21");
  EXPECT_EQ(print(Value::number(1e20)), "100000000000000000000.0");
  EXPECT_EQ(print(Value::number(1e-6)), "0.000001");
  EXPECT_EQ(print(Value::number(1.5e-7)), "1.5e-7");
  EXPECT_EQ(print(Value::number(NAN)), "+nan.0");
  EXPECT_EQ(print(Value::number(-INFINITY)), "-inf.0");
}

TEST_F(PrintTest, StringsAreRawOnlyAtTheTopOfADisplay) {
  Root text(heap, heap.make_string("a \"b\"\n\\ \x01 é"));
  EXPECT_EQ(print(text), "\"a \\\"b\\\"\\n\\\\ \\u{1} é\"");
  EXPECT_EQ(print(text, {.display = true}), "a \"b\"\n\\ \x01 é");
  Root list(heap, list_of(heap, {heap.make_string("x")}));
  EXPECT_EQ(print(list, {.display = true}), "(\"x\")");
}

TEST_F(PrintTest, MapsAndTablesPrintInTheOrderOfTheirKeys) {
  RootVector pairs(heap);
  for (Value v : {keyword("z"), Value::integer(1), Value::integer(3), Value::integer(2),
                  keyword("a"), Value::integer(3)}) {
    pairs.push_back(v);
  }
  Root map(heap, heap::make_map(heap, pairs.span(), heap::Duplicates::refuse).map);
  EXPECT_EQ(print(map), "{3 2 :a 3 :z 1}");
  Root table(heap, heap::make_table(heap));
  EXPECT_EQ(print(table), "#‹table {}›");
  for (int i : {9, 1, 5}) {
    ASSERT_TRUE(heap::table_set(heap, table, Value::integer(i), map));
  }
  EXPECT_EQ(print(table), "#‹table {1 {3 2 :a 3 :z 1} 5 {3 2 :a 3 :z 1} 9 {3 2 :a 3 :z 1}}›");
}

TEST_F(PrintTest, CyclesEnd) {
  Root table(heap, heap::make_table(heap));
  Root list(heap, list_of(heap, {table}));
  ASSERT_TRUE(heap::table_set(heap, table, Value::integer(1), list));
  EXPECT_EQ(print(table), "#‹table {1 (#‹cycle›)}›");
  Root twice(heap, list_of(heap, {heap::make_table(heap)}));
  twice = heap.cons(twice.get().as_cons()->head, twice);
  EXPECT_EQ(print(twice), "(#‹table {}› #‹table {}›)");  // shared is not a cycle
}

TEST_F(PrintTest, WhatCannotBeReadBack) {
  Object* closure = heap.allocate(Kind::closure, 1);
  closure->words()[0] = 8;
  EXPECT_EQ(print(Value::object(closure, false)), "#‹function fib›");
  closure->words()[0] = 0;
  EXPECT_EQ(print(Value::object(closure, false)), "#‹function›");
  EXPECT_EQ(print(Value::builtin(1)), "#‹function list/map›");
  EXPECT_EQ(print(Value::pid(12, 0)), "#‹pid 12›");
  EXPECT_EQ(print(heap.make_ref(5)), "#‹ref 5›");
  EXPECT_EQ(print(Value::gensym(4)), "#‹gensym 4›");
  EXPECT_EQ(print(heap.make_error(keyword("type"), "no \"number\"")),
            "#‹error :type \"no \\\"number\\\"\"›");
  Root buffer(heap, heap.adopt_buffer(OffHeap::create_array(ElementType::f32_, 3), false));
  EXPECT_EQ(print(buffer), "#‹buffer :f32 [0.0 0.0 0.0]›");
  buffer = heap.adopt_buffer(OffHeap::create_array(ElementType::u8_, 1000), false);
  EXPECT_TRUE(print(buffer).ends_with(" … 968 more]›"));
  EXPECT_EQ(print(heap.adopt_handle(OffHeap::create_holder(8, 8, nullptr), 7)), "#‹handle 7›");
}

TEST_F(PrintTest, TheTextIsBounded) {
  Root list(heap, Value::empty_list());
  for (int i = 0; i < 1000; ++i) list = heap.cons(heap.make_string("éé"), list);
  for (u64 limit : {0, 1, 2, 3, 4, 50, 51, 52}) {
    std::string text = print(list, {.max_bytes = limit});
    EXPECT_LE(text.size(), limit + 3);
    EXPECT_TRUE(text.ends_with("…"));
    if (text.size() > 3) EXPECT_NE(u8(text[text.size() - 4]) & 0xC0, 0xC0);  // a half character
  }
  Root text(heap, heap.make_string("éé"));
  EXPECT_EQ(print(text, {.display = true, .max_bytes = 3}), "é…");
}

TEST_F(PrintTest, DeepDataNeedNoStack) {
  Root deep(heap, Value::empty_list());
  for (int i = 0; i < 300000; ++i) deep = heap.cons(deep, Value::empty_list());
  EXPECT_EQ(print(deep).size(), 600002u);
}

TEST_F(PrintTest, EveryTypeHasAName) {
  EXPECT_EQ(type_name(Value::integer(1)), "NUMBER");
  EXPECT_EQ(type_name(Value::number(1)), "NUMBER");
  EXPECT_EQ(type_name(heap.make_integer(INT64_MAX)), "NUMBER");
  EXPECT_EQ(type_name(heap.make_string("")), "STRING");
  EXPECT_EQ(type_name(heap.make_string(std::string(100, 'x'))), "STRING");
  EXPECT_EQ(type_name(Value::nil()), "NIL");
  EXPECT_EQ(type_name(Value::boolean(false)), "BOOLEAN");
  EXPECT_EQ(type_name(name("x")), "SYMBOL");
  EXPECT_EQ(type_name(Value::gensym(1)), "SYMBOL");
  EXPECT_EQ(type_name(keyword("x")), "KEYWORD");
  EXPECT_EQ(type_name(Value::empty_list()), "LIST");
  EXPECT_EQ(type_name(heap.cons(Value::nil(), Value::empty_list())), "LIST");
  EXPECT_EQ(type_name(vector_of(heap, {})), "VECTOR");
  EXPECT_EQ(type_name(heap::make_table(heap)), "TABLE");
  EXPECT_EQ(type_name(Value::builtin(0)), "FUNCTION");
  EXPECT_EQ(type_name(Value::pid(0, 0)), "PID");
  EXPECT_EQ(type_name(heap.make_ref(0)), "REF");
}

}  // namespace
}  // namespace lithe::value
