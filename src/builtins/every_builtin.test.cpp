// SPDX-License-Identifier: Apache-2.0
// Every builtin, called with every kind of value in every position and with a collection at every
// allocation: a value, an error or a wait, and afterwards the heap is sound.

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "builtins/harness.test.hpp"
#include "heap/validate.hpp"
#include "primitives/primitives.hpp"

namespace lithe::builtins {
namespace {

using primitives::Info;

/// A value of each kind, with the borders that kind has.
constexpr const char* samples[] = {
    "nil",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "3",
    "255",
    "140737488355327",
    "1099511627776",
    "-140737488355328",
    "9223372036854775807",
    "99999999999999999999999999",
    "-18446744073709551616",
    "0.0",
    "-0.0",
    "0.5",
    "2.0",
    "-3.7",
    "1e300",
    "(/ 1.0 0)",
    "(/ 0.0 0)",
    "\"\"",
    "\"abc\"",
    "\"hä😀\"",
    "\"12\"",
    "\"a long string that does not lie in the heap, but beside it, shared by all who have it\"",
    "x",
    "(gensym)",
    ":k",
    ":u8",
    ":f32",
    "()",
    "(1 2 3)",
    "(\"a\" \"b\")",
    "((:a 1) (:b 2))",
    "(1.5 :k (2))",
    "[]",
    "[1 \"a\" [2]]",
    "{}",
    "{:a 1 \"b\" 2}",
    "(map/create)",
    "(buffer/of :u8 (1 2 3))",
    "(buffer/of :f64 (0.5 1))",
    "(buffer/freeze! (buffer/of :i64 (7)))",
    "head",
    "+",
    "(self)",
    "(make-ref)",
    "(error/new :type \"x\" 1)",
    "(%record-type \"P\" :x)",
    "(%record (%record-type \"P\" :x) 1)",
};
constexpr u32 sample_count = u32(std::size(samples));

class EveryBuiltin : public ::testing::TestWithParam<u16> {
 protected:
  void start() {
    harness_ = std::make_unique<Harness>(1);
    // The samples lie at the bottom of the stack: roots.
    for (const char* text : samples) harness_->push_evaluated(text);
    // Each allocation looks through the whole heap: a large one would take hours.
    harness_->process->heap.set_memory_limit(u64{256} << 10);
  }

  Value sample(u32 i) { return Value::from_bits(harness_->process->stack_begin[i]); }

  void call_with(std::span<const u32> chosen) {
    for (u32 i : chosen) harness_->push(sample(i));
    Value result = harness_->call(GetParam(), u32(chosen.size()));
    calls_++;
    process::Process& process = *harness_->process;
    process.exec.stack_top = process.stack_begin + sample_count;
    // (exit reason) has no error: the process ends.
    if (result == Value::error() && !process.asked(process::request::kill)) {
      ASSERT_TRUE(process.failure) << described(chosen);
      std::string shown = harness_->failure();
      ASSERT_TRUE(shown.starts_with("error :")) << described(chosen) << shown;
    } else if (result != Value::error() && result != Value::wait() && result != Value::call()) {
      harness_->show(result);
    }
    std::string broken = heap::validate(process.heap);
    ASSERT_EQ(broken, "") << described(chosen);
    // What ends or fills the process, and what has changed a sample.
    constexpr u32 any_request = ~0u;
    if (process.asked(any_request) || process.heap.bytes() > (u64{8} << 20) || calls_ % 512 == 0) {
      start();
    }
  }

  std::string described(std::span<const u32> chosen) {
    std::string text = "(" + std::string(primitives::table[GetParam()].name);
    for (u32 i : chosen) text += std::string(" ") + samples[i];
    return text + ") ";
  }

  std::unique_ptr<Harness> harness_;
  u32 calls_ = 0;
};

TEST_P(EveryBuiltin, TakesAnyValueAnywhere) {
  const Info& info = primitives::table[GetParam()];
  start();
  const char* seed = std::getenv("LITHE_TEST_SEED");  // for other choices than the usual ones
  std::mt19937 random(GetParam() + 1 + (seed ? 1000 * u32(std::atoi(seed)) : 0));
  u32 most = info.most == primitives::any_number ? u32(info.least) + 3 : u32(info.most);
  for (u32 count = u32(info.least); count <= most; count++) {
    std::vector<u32> chosen(count);
    if (count == 0) {
      call_with(chosen);
    } else if (count == 1) {
      for (chosen[0] = 0; chosen[0] < sample_count; chosen[0]++) {
        call_with(chosen);
        if (HasFatalFailure()) return;
      }
    } else {
      // Each value in each position, among others at random.
      for (u32 round = 0; round < 8; round++) {
        for (u32 i = 0; i < sample_count * count; i++) {
          for (u32& other : chosen) other = u32(random() % sample_count);
          chosen[i % count] = i / count;
          call_with(chosen);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

std::string test_name(const ::testing::TestParamInfo<u16>& info) {
  static constexpr const char* identifiers[] = {
#define LITHE_PRIMITIVE(identifier, name, least, most, effect, result, fold, doc) #identifier,
#include "primitives/all.def"
#undef LITHE_PRIMITIVE
  };
  return identifiers[info.param];
}

INSTANTIATE_TEST_SUITE_P(Builtins, EveryBuiltin,
                         ::testing::Range(u16(0), primitives::primitive_count), test_name);

}  // namespace
}  // namespace lithe::builtins
