// SPDX-License-Identifier: Apache-2.0
// The plugin alone: jobs made by hand, and their machine code run without a runtime.
#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "native/plugin.hpp"
#include "ssa/ssa_test_support.hpp"
#include "value/object.hpp"
#include "vm/abi.hpp"

namespace lithe::native {
namespace {

using process::ExecState;
using process::Outcome;
using process::Status;
using value::Value;

/// What the code of this test knows of a process: the heap's first words follow the record.
struct FakeProcess {
  ExecState exec;
  u64* heap_top;
  u64* heap_limit;
  u64 stack[64];
  u64 heap[256];
};

/// Answers with the first value that the exit would have rebuilt frames from.
Outcome first_value(ExecState*, const u64*, u64, const u64* values) {
  return {values[0], Status::boxed};
}

class Compiled {
 public:
  explicit Compiled(ssa::TestProgram& program) {
    Job job{.request = program.request, .layout = {}, .with_asm = true};
    result_ = lithe_native_plugin()->compile(job);
  }
  ~Compiled() {
    if (memory_) munmap(memory_, 65536);
    lithe_native_plugin()->free(result_);
  }

  const Result& result() const { return *result_; }

  Outcome run(std::initializer_list<Value> arguments) {
    place();
    process_.exec.helpers = &helpers_;
    helpers_.guard_exit = first_value;
    process_.exec.stack_top = process_.stack;
    process_.heap_top = process_.heap;
    process_.heap_limit = process_.heap + 256;
    u32 i = 0;
    for (Value v : arguments) process_.stack[i++] = v.bits();
    auto entry =
        reinterpret_cast<process::NativeEntry>(reinterpret_cast<u64>(memory_) + result_->entry);
    Outcome outcome = entry(&process_.exec, nullptr, Value::nil().bits(), process_.stack);
    EXPECT_EQ(process_.exec.root_frames, nullptr);
    return outcome;
  }

 private:
  void place() {
    std::vector<u8> code = result_->code;
    for (u64 i = 0; i < result_->references.size(); i++) {
      u64 word = result_->references[i].kind == Reference::Kind::self
                     ? reinterpret_cast<u64>(&valid_)
                     : result_->references[i].index;
      std::memcpy(&code[result_->constants + 8 * i], &word, 8);
    }
    memory_ = mmap(nullptr, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    std::memcpy(memory_, code.data(), code.size());
    mprotect(memory_, 65536, PROT_READ | PROT_EXEC);
  }

  Result* result_;
  void* memory_ = nullptr;
  u64 valid_ = 1;
  FakeProcess process_ = {};
  process::HelperTable helpers_ = {};
};

constexpr const char* fib = "(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))";

TEST(Compile, RunsWithoutARuntime) {
  ssa::TestProgram program{fib};
  Compiled compiled(program);
  ASSERT_EQ(compiled.result().refusal, "");
  Outcome outcome = compiled.run({Value::integer(20)});
  EXPECT_EQ(outcome.status, Status::ok);
  EXPECT_EQ(Value::from_bits(outcome.value).as_integer(), 6765);
}

TEST(Compile, LeavesWhenAnArgumentIsOfAnotherType) {
  ssa::TestProgram program{fib};
  Compiled compiled(program);
  Outcome outcome = compiled.run({Value::number(20.5)});
  EXPECT_EQ(outcome.status, Status::boxed);
  EXPECT_EQ(Value::from_bits(outcome.value).as_float(), 20.5);
}

TEST(Compile, AllocatesInline) {
  ssa::TestProgram program{
      "(def f (n) (let loop ((i 0) (xs ())) (if (< i n) (loop (+ i 1) (cons i xs)) xs)))"};
  program.request.functions[0].constants.assign(8, Value::empty_list().bits());
  Compiled compiled(program);
  ASSERT_EQ(compiled.result().refusal, "");
  Value list = Value::from_bits(compiled.run({Value::integer(50)}).value);
  for (i64 i = 50; i-- > 0; list = list.as_cons()->tail) {
    ASSERT_TRUE(list.is_cons());
    EXPECT_EQ(list.as_cons()->head.as_integer(), i);
  }
  EXPECT_TRUE(list.is_empty_list());
}

TEST(Compile, BoxesFloatsWithOneNaN) {
  ssa::TestProgram program{"(def f (x) (- (/ x 0.0) (/ x 0.0)))"};
  program.request.functions[0].constants.assign(4, std::bit_cast<u64>(0.0));
  program.parameter(0, ssa::seen::floating);
  Compiled compiled(program);
  EXPECT_EQ(compiled.run({Value::number(1.0)}).value, Value::canonical_nan);
}

TEST(Compile, GivesTheSameBytesForTheSameJob) {
  ssa::TestProgram program{fib};
  Compiled first(program), second(program);
  EXPECT_EQ(first.result().code, second.result().code);
  EXPECT_EQ(first.result().references, second.result().references);
}

TEST(Compile, KeepsAddressesOutOfTheCode) {
  ssa::TestProgram program{"(def f (g x) (cons (g x) (list x g)))"};
  program.parameter(0, ssa::seen::other);
  Compiled compiled(program);
  ASSERT_EQ(compiled.result().refusal, "");
  EXPECT_EQ(compiled.result().references[0].kind, Reference::Kind::self);
  EXPECT_EQ(compiled.result().assembly.find("@GOT"), std::string::npos);
  EXPECT_EQ(compiled.result().assembly.find(".quad"), std::string::npos);
}

TEST(Compile, TakesMoreArgumentsThanFitRegisters) {
  ssa::TestProgram program{"(def f (a b c d e g h) (list a b c d e g h))"};
  Compiled compiled(program);
  EXPECT_EQ(compiled.result().refusal, "");
}

TEST(Compile, DescribesTheFramesOfAnExit) {
  ssa::TestProgram program{"(def outer (x y) (+ y (inner x)))", "(def inner (x) (* x 2))"};
  Compiled compiled(program);
  bool both = false;
  for (const Exit& exit : compiled.result().exits) {
    both |= exit.frames.size() == 2 && exit.frames[0].function == 0 &&
            exit.frames[1].function == 1 && exit.is_guess;
  }
  EXPECT_TRUE(both);
}

}  // namespace
}  // namespace lithe::native
