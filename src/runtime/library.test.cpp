// SPDX-License-Identifier: Apache-2.0
#include "runtime/library.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "analysis/analyzer.hpp"
#include "primitives/names_elsewhere.hpp"
#include "runtime/main_task.hpp"
#include "runtime/runtime.hpp"
#include "runtime/session.hpp"
#include "value/object.hpp"
#include "vm/globals.hpp"
#include "vm/loader.hpp"

namespace lithe::runtime {
namespace {

using bytecode::Opcode;

/// A program's call of a library function keeps its caller's frame, also in tail position
/// (bytecode::Shadowing). That costs no bounded loop its bound as long as a library function never
/// hands over to a function of the program.
TEST(Library, CallsNoArgumentInATailPosition) {
  Session session(Options{});
  Runtime& runtime = session.runtime();
  process::Process& process = runtime.main().process;
  u32 functions = 0;
  runtime.library().for_each([&](std::string_view name, const LibraryEntry&) {
    vm::Cell& cell = runtime.cells().library(runtime.names().intern(name));
    Value value = vm::read_global(process, cell, true);
    ASSERT_TRUE(value::is_kind(value, value::Kind::closure)) << name;
    vm::Code& code = *vm::current(vm::code_of(value));
    ASSERT_TRUE(code.instructions || vm::prepare(process, code)) << name;
    for (bytecode::Instruction instruction : code.function.code) {
      EXPECT_NE(instruction.opcode(), Opcode::tail_call) << name;
      EXPECT_NE(instruction.opcode(), Opcode::tail_call_primitive) << name;
    }
    functions++;
  });
  EXPECT_GT(functions, 20u);
}

/// What is suggested for a name of another language has its name here, and the name elsewhere is
/// none here.
TEST(Library, HasWhatIsSuggestedForNamesElsewhere) {
  Session session(Options{});
  Runtime& runtime = session.runtime();
  auto is_known = [&](std::string_view name) {
    u32 id = runtime.names().intern(name);
    return analysis::is_special_form(id) || runtime.primitive_names().find(id) ||
           runtime.in_library(id) || name == "true" || name == "false" || name == "nil";
  };
  std::set<std::string_view> seen;
  for (const primitives::NameElsewhere& row : primitives::names_elsewhere()) {
    EXPECT_FALSE(is_known(row.elsewhere)) << row.elsewhere;
    EXPECT_TRUE(seen.insert(row.elsewhere).second) << row.elsewhere;
    if (row.is_words) continue;
    std::istringstream names{std::string(row.here)};
    for (std::string name; names >> name;) EXPECT_TRUE(is_known(name)) << row.elsewhere << name;
  }
}

}  // namespace
}  // namespace lithe::runtime
