// SPDX-License-Identifier: Apache-2.0
#include "bytecode/compiler.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "bytecode/bytecode_test_support.hpp"

namespace {
size_t allocations = 0;
}

#define LITHE_COUNTS_ALLOCATIONS 1
#ifdef __has_feature
#if __has_feature(thread_sanitizer)  // which brings these operators itself
#undef LITHE_COUNTS_ALLOCATIONS
#define LITHE_COUNTS_ALLOCATIONS 0
#endif
#endif

#if LITHE_COUNTS_ALLOCATIONS
// Every allocation of this test program is counted.
void* operator new(size_t bytes) {
  allocations++;
  if (void* memory = std::malloc(bytes)) return memory;
  std::abort();
}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // it sees the one without the other
#endif
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif

namespace lithe::bytecode {
namespace {

std::string repeat(std::string_view text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; i++) result += text;
  return result;
}

std::string nested(std::string_view open, std::string_view inner, std::string_view close,
                   size_t levels) {
  return repeat(open, levels) + std::string(inner) + repeat(close, levels);
}

size_t count_of(const Function& function, Opcode op) {
  size_t count = 0;
  for (Instruction instruction : function.code) count += instruction.opcode() == op;
  return count;
}

TEST(Compiler, SmallProgramsTakeFewInstructions) {
  TestCompiler c;
  EXPECT_EQ(c.count("(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))"), 8u);
  EXPECT_EQ(c.count("(def tak (x y z) (if (not (< y x)) z (tak (tak (- x 1) y z)"
                    " (tak (- y 1) z x) (tak (- z 1) x y))))"),
            15u);
  EXPECT_EQ(c.count("(def sum (xs) (let loop ((xs xs) (s 0))"
                    " (if (empty? xs) s (loop (tail xs) (+ s (head xs))))))"),
            11u);
  EXPECT_EQ(c.count("(def even (n) (if (== n 0) true (odd (- n 1))))"), 5u);
}

TEST(Compiler, WarmItAllocatesNothing) {
  if (!LITHE_COUNTS_ALLOCATIONS) GTEST_SKIP() << "skipped: allocations are not counted here";
  TestCompiler c;
  const core::Lambda& form = c.lambda("(+ 1 2)");
  Function function;
  ASSERT_TRUE(c.compiler.compile(form, function));
  size_t before = allocations;
  bool good = bool(c.compiler.compile(form, function));
#ifdef NDEBUG
  EXPECT_EQ(allocations, before);
#else
  EXPECT_LE(allocations, before + 1);  // the verifier's table
#endif
  EXPECT_TRUE(good);
}

TEST(Compiler, FillsAnotherFunctionsTablesAnew) {
  TestCompiler c;
  c.listing(
      "(def f (a (b 1) . r) (let loop ((i 0)) (if (< 3 i) (loop (+ i 1)) (try (say a) (catch e "
      "(fun () e))))))");
  EXPECT_EQ(c.function.loop_heads.size(), 1u);
  EXPECT_EQ(c.function.handlers.size(), 1u);
  EXPECT_EQ(c.listing("1", {}), R"(
parameters 0 registers 4
   0 |3 load_integer r3 1
   1 |4 return_value r3
)");
  EXPECT_TRUE(c.function.names.empty());
  EXPECT_TRUE(c.function.primitive_names.empty());
  EXPECT_TRUE(c.function.operand_places.empty());
  EXPECT_TRUE(c.function.loop_heads.empty());
  EXPECT_EQ(c.function.entries, std::vector<u32>{0});
}

TEST(Compiler, RecordsTheNamesOfBuiltins) {
  TestCompiler c;
  c.listing(
      "(def f (x) (if (and (< x 1) (not (== x 2))) (+ x (math/mod x 2) 1) (say (list x (+ x "
      "1)))))");
  std::vector<std::string> names;
  for (u32 name : c.function.primitive_names) names.emplace_back(c.world.names.text(name));
  EXPECT_EQ(names, (std::vector<std::string>{"<", "not", "==", "+", "math/mod", "say", "list"}));
}

TEST(Compiler, SharesEqualConstantsAndNames) {
  TestCompiler c;
  c.listing("(def f (x) (g :a nil true 1.5) (g :a nil true :b) (h :b))");
  EXPECT_EQ(c.function.constants.size(), 5u);
  EXPECT_EQ(c.function.names.size(), 2u);
}

TEST(Compiler, EachInstructionHasThePlaceOfItsNode) {
  TestCompiler c;
  c.listing("(def f (x)\n  (g (+ x 1)))");
  ASSERT_EQ(c.function.code.size(), 2u);
  EXPECT_EQ(c.function.spans[0].line, 2u);
  EXPECT_EQ(c.function.spans[0].column, 6u);
  EXPECT_EQ(c.function.spans[1].column, 3u);
}

TEST(Compiler, FarBranchesBecomeLongJumps) {
  TestCompiler c;
  std::string body = repeat("(g x) ", 20'000);
  c.listing("(def f (x) (if (< x 1) (begin " + body + ") (h x)))");
  // Unless x < 1: over one jump, to the other, which is not limited to 16 bits.
  EXPECT_EQ(c.function.code[0].opcode(), Opcode::unless_less_integer);
  EXPECT_EQ(c.function.code[0].signed_c(), 1);
  EXPECT_EQ(c.function.code[1].opcode(), Opcode::jump);
  EXPECT_EQ(c.function.code[1].s(), 1);
  EXPECT_EQ(c.function.code[2].opcode(), Opcode::jump);
  EXPECT_GT(c.function.code[2].s(), 40'000 - 2);
}

TEST(Compiler, ManyNamesAreCalledThroughARegister) {
  TestCompiler c;
  std::string body;
  for (int i = 0; i < 65'536; i++) body += "n" + std::to_string(i) + " ";
  c.listing("(def f () " + body + " (n65535) (last))");
  EXPECT_EQ(count_of(c.function, Opcode::call_global), 1u);
  EXPECT_EQ(count_of(c.function, Opcode::tail_call), 1u);
}

TEST(Compiler, TooManyRegisters) {
  TestCompiler c;
  const core::Lambda& fits = c.lambda("(g " + repeat("x ", 65'531) + ")");
  EXPECT_TRUE(c.compiler.compile(fits, c.function));
  const core::Lambda& large = c.lambda("(g 1 2\n  " + repeat("x ", 65'540) + ")");
  auto done = c.compiler.compile(large, c.function);
  ASSERT_FALSE(done);
  EXPECT_EQ(c.world.shown(done.error()), "2:131061: the function needs more than 65,535 registers");
  EXPECT_EQ(done.error().kind, "too-large");
}

TEST(Compiler, TooManyLoops) {
  TestCompiler c;
  std::string one = "(let loop ((i 0)) (if i (loop i) i)) ";
  EXPECT_TRUE(c.compiler.compile(c.lambda("(begin " + repeat(one, 65'536) + ")"), c.function));
  auto done = c.compiler.compile(c.lambda("(begin " + repeat(one, 65'537) + ")"), c.function);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the function has more than 65,536 loops");
}

struct Nesting {
  const char* open;
  const char* inner;
  const char* close;
};

class DeepNesting : public testing::TestWithParam<Nesting> {};

TEST_P(DeepNesting, IsCompiledOnAFurtherStack) {
  auto [open, inner, close] = GetParam();
  TestCompiler c;
  const core::Lambda& form = c.lambda(nested(open, inner, close, 2'000));
  Compiler small({.stack_bytes = 16 * 1024});
  auto done = small.compile(form, c.function);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(verify(c.function, 0), "");
}

INSTANTIATE_TEST_SUITE_P(
    Forms, DeepNesting,
    testing::Values(Nesting{"(g ", "1", ")"}, Nesting{"(+ 1 ", "x", ")"},
                    Nesting{"(+ x ", "x", " 1)"}, Nesting{"(if ", "x", " 1 2)"},
                    Nesting{"(if x 1 ", "x", ")"}, Nesting{"((", "x", "))"},
                    Nesting{"(let ((x ", "1", ")) x)"}, Nesting{"(let ((x 1)) ", "x", ")"},
                    Nesting{"(begin (g) ", "x", ")"}, Nesting{"(begin ", "(g)", " x)"},
                    Nesting{"(try ", "x", " (catch e e))"},
                    Nesting{"(try (g) (catch e ", "x", "))"},
                    Nesting{"(try (g) (finally ", "(g)", "))"}, Nesting{"(and x ", "x", ")"},
                    Nesting{"(or ", "x", " x)"}, Nesting{"(not ", "x", ")"},
                    Nesting{"(fun () ", "x", ")"}, Nesting{"(list 1 ", "1", ")"},
                    Nesting{"(throw ", "1", ")"}, Nesting{"(set! x ", "1", ")"}));

TEST(Compiler, NestedTooDeeply) {
  TestCompiler c;
  const core::Lambda& form = c.lambda(nested("(g ", "1", ")", 2'000));
  auto done = Compiler({.stack_bytes = 16 * 1024, .further_stack_bytes = 96 * 1024})
                  .compile(form, c.function);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the expression is nested too deeply");
  EXPECT_EQ(done.error().kind, "syntax-error");
  EXPECT_TRUE(done.error().span.known());
  // The compiler is as good as new.
  EXPECT_TRUE(c.compiler.compile(c.lambda("(g 1)"), c.function));
}

TEST(Compiler, NestedFinallyPartsAreNotMultiplied) {
  TestCompiler c;
  c.compile_verified(c.lambda(nested("(try (g) (finally ", "(h)", "))", 200)));
  EXPECT_LT(c.function.code.size(), 200u * 10);
}

}  // namespace
}  // namespace lithe::bytecode
