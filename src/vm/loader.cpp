// SPDX-License-Identifier: Apache-2.0

#include "vm/loader.hpp"

#include <algorithm>

#include <absl/container/flat_hash_map.h>
#include "base/assert.hpp"
#include "base/name_table.hpp"
#include "bytecode/compiler.hpp"
#include "core/walk.hpp"
#include "heap/unit_registry.hpp"
#include "primitives/primitives.hpp"
#include "syntax/datum.hpp"
#include "value/object.hpp"
#include "vm/literals.hpp"
#include "vm/raise.hpp"
#include "vm/runtime_services.hpp"
#include "vm/tiering.hpp"

namespace lithe::vm {

using core::Lambda;
using value::Object;

namespace {

/// The shared literals of all functions of a unit, by datum.
using Literals = absl::flat_hash_map<const syntax::Datum*, u64>;

void build_literals(heap::UnitBuilder& builder, const core::Node& root, Literals& literals,
                    const base::NameTable& names) {
  std::vector<const core::Node*> pending{&root};
  while (!pending.empty()) {
    const core::Node* node = pending.back();
    pending.pop_back();
    if (node->kind == core::NodeKind::constant) {
      const syntax::Datum* datum = core::as<core::Constant>(*node).datum;
      if (!is_immediate(*datum)) literals[datum] = build_literal(builder, *datum, names).bits();
      continue;
    }
    core::for_each_child(*node, [&](const core::Node& child) { pending.push_back(&child); });
  }
}

void set_source(Code& code, const Lambda& lambda, std::shared_ptr<core::CoreUnit> unit,
                bool library) {
  code.lambda = &lambda;
  code.name = table_name(lambda.name);
  code.core = std::move(unit);
  code.library = library;
}

/// What a function takes beside its literals, once it has been called: its Code, and its share of
/// the Core that it was made from.
u64 bytes_of_code(const core::CoreUnit& unit) {
  return sizeof(Code) + 2048 + 4 * unit.arena.bytes_reserved() / (1 + unit.lambdas);
}

Code* new_code(const Lambda& lambda, std::shared_ptr<core::CoreUnit> unit, bool library) {
  auto* code = new Code;
  set_source(*code, lambda, std::move(unit), library);
  return code;
}

/// Fills the tables that instructions index. `literal` gives the word of a constant.
template <class Literal>
void fill_tables(Runtime& runtime, Code& code, Literal&& literal) {
  const bytecode::Function& function = code.function;
  for (const syntax::Datum* datum : function.constants) {
    code.constant_values.push_back(is_immediate(*datum) ? immediate_value(*datum).bits()
                                                        : literal(*datum));
  }
  Cells& cells = runtime.cells();
  for (bytecode::UsedName used : function.names) {
    bool library = code.library || used.library;
    code.cell_list.push_back(library ? &cells.library(used.id) : &cells.user(used.id));
  }
  code.registers = function.registers;
  code.exact_arguments.store(function.rest ? 0xFFFF : function.parameters(),
                             std::memory_order_release);
  code.header = u16(function.required + function.optional + (function.rest ? 1 : 0));
  code.constants = code.constant_values.data();
  code.cells = code.cell_list.data();
  code.children = code.child_list.data();
  code.live_tops = function.live_tops.data();
  u64 count = function.code.size();
  if (code.feedback_size < count) {
    code.feedback_storage = std::make_unique<std::atomic<u8>[]>(count);
    code.feedback_size = count;
  }
  code.feedback = code.feedback_storage.get();
  u64 loops = function.loop_heads.size();
  if (loops > 0) {
    code.loop_storage = std::make_unique<std::atomic<u32>[]>(loops);
    code.loop_counts = code.loop_storage.get();
    code.loop_entry_storage = std::make_unique<std::atomic<process::NativeEntry>[]>(loops);
    code.loop_entries = code.loop_entry_storage.get();
  }
}

/// Names that this code assigns are settled no more; what it takes builtins for must stay so.
/// Under the publication lock.
void note_assumptions(Runtime& runtime, Code& code, Compiler* compiler) {
  const bytecode::Function& function = code.function;
  code.publication = &runtime.cells().publication;
  for (const bytecode::Instruction& instruction : function.code) {
    if (instruction.opcode() != bytecode::Opcode::set_global) continue;
    Cell& cell = *code.cell_list[u32(instruction.s())];
    cell.assigned.store(true);
    cell.plain.store(false, std::memory_order_release);
    cell.code.store(nullptr, std::memory_order_release);
    if (compiler) compiler->unsettled(cell);
  }
  // What runs once is over before its names can change their meaning for it.
  if (code.library || !code.unit) return;
  for (u32 name : function.primitive_names) {
    Cell& cell = runtime.cells().user(name);
    cell.dependents.insert(&code);
    code.assumed.push_back(&cell);
  }
}

/// Gives the interpreter instructions of its own, which it may change while a compiler reads those
/// of the function.
void set_instructions(Code& code) {
  code.running.assign(code.function.code.begin(), code.function.code.end());
  code.instructions = code.running.data();
}

void start_counting(Code& code, const JitPolicy& jit) {
  set_instructions(code);
  if (jit.enabled) {
    code.tier.store(Tier::counting, std::memory_order_release);
    return;
  }
  code.tier.store(Tier::steady, std::memory_order_release);
  bool simple = code.function.optional == 0 && !code.function.rest;
  code.quick_arguments.store(simple ? code.function.required : not_quick,
                             std::memory_order_release);
}

/// User code's view: a builtin's name means what the program has defined it as. `fresh`: the code
/// is a whole form that was analyzed just now, with all definitions known.
class UserNames final : public bytecode::Shadowing {
 public:
  UserNames(Runtime& runtime, bool fresh) : runtime_(runtime), fresh_(fresh) {}
  bool defined(u32 name) const override { return !fresh_ && is_user_defined(name); }
  bool of_library(u32 name) const override {
    return runtime_.in_library(name) && !is_user_defined(name);
  }

 private:
  bool is_user_defined(u32 name) const {
    const Cell* cell = runtime_.cells().find_user(name);
    return cell && cell->user_defined;
  }

  Runtime& runtime_;
  bool fresh_;
};

bool compile(Process& process, Code& code) {
  Machine& machine = Machine::of(process);
  const Lambda& lambda = core::as<Lambda>(*code.lambda);
  UserNames names(machine.runtime, lambda.top);
  auto done =
      machine.bytecode_compiler.compile(lambda, code.function, code.library ? nullptr : &names);
  if (done) return true;
  raise(process, ErrorKind::limit, done.error().message);
  return false;
}

}  // namespace

bool prepare(Process& process, Code& code) {
  Machine& machine = Machine::of(process);
  if (!compile(process, code)) return false;
  std::lock_guard lock(machine.runtime.cells().publication);
  for (const bytecode::Child& child : code.function.children) {
    Code* nested = new_code(core::as<Lambda>(*child.lambda), code.core, code.library);
    nested->unit = code.unit;
    nested->literals = code.literals;
    nested->captures = child.captures;
    code.unit->attachments.push_back({nested, [](void* p) { delete static_cast<Code*>(p); }});
    code.child_list.push_back(nested);
  }
  auto* literals = static_cast<const Literals*>(code.literals);
  fill_tables(machine.runtime, code,
              [&](const syntax::Datum& datum) { return literals->at(&datum); });
  note_assumptions(machine.runtime, code, machine.compiler);
  start_counting(code, machine.jit);
  return true;
}

namespace {

/// A unit around one outermost function: the Code and the literals of all functions in it.
Code* start_unit(Runtime& runtime, heap::UnitBuilder& builder, const Lambda& lambda,
                 std::shared_ptr<core::CoreUnit> unit, bool library) {
  builder.add_bytes(bytes_of_code(*unit));
  Code* code = new_code(lambda, std::move(unit), library);
  code->unit = builder.unit();
  builder.attach(code);
  auto* literals = new Literals;
  builder.attach(literals);
  build_literals(builder, lambda, *literals, runtime.names());
  code->literals = literals;
  return code;
}

}  // namespace

namespace {

/// Makes the Codes of the functions directly in a top-level form, each with a unit of its own.
void load_children(Runtime& runtime, Code& code, std::vector<heap::SharedUnit*>& units) {
  for (const bytecode::Child& child : code.function.children) {
    heap::UnitBuilder builder(runtime.units(), runtime.account());
    const auto& lambda = core::as<Lambda>(*child.lambda);
    Code* nested = start_unit(runtime, builder, lambda, code.core, code.library);
    nested->captures = child.captures;
    code.child_list.push_back(nested);
    units.push_back(builder.finish());
  }
}

/// Fills the code of a top-level form and makes the closure to run it by. A literal that is no
/// immediate becomes a captured value of that closure. => Value::error(). May collect.
Value finish_top_level(Process& process, Code& code) {
  Machine& machine = Machine::of(process);
  heap::RootVector captured(process.heap);
  std::vector<u16> capture_of(code.function.constants.size());
  for (u64 i = 0; i < code.function.constants.size(); i++) {
    const syntax::Datum& datum = *code.function.constants[i];
    if (is_immediate(datum)) continue;
    Value literal = make_literal(process.heap, datum);
    if (literal == Value::error()) {
      raise(process, ErrorKind::out_of_memory, "no memory for a literal");
      return literal;
    }
    capture_of[i] = u16(captured.size());
    captured.push_back(literal);
  }
  fill_tables(machine.runtime, code, [](const syntax::Datum&) { return Value::nil().bits(); });
  for (bytecode::Instruction& instruction : code.function.code) {
    if (instruction.opcode() != bytecode::Opcode::load_constant) continue;
    u32 index = u32(instruction.s());
    if (is_immediate(*code.function.constants[index])) continue;
    instruction = bytecode::Instruction::abc(bytecode::Opcode::get_capture, instruction.a,
                                             capture_of[index], code.header);
  }
  if (code.unit || !code.function.names.empty()) {
    std::lock_guard lock(machine.runtime.cells().publication);
    note_assumptions(machine.runtime, code, machine.compiler);
  }
  set_instructions(code);
  bool counts = machine.jit.enabled && !code.function.loop_heads.empty();
  code.tier.store(counts ? Tier::counting : Tier::steady);
  code.calls.store(~u32{0});  // it runs once: only its loops are counted
  Object* closure = process.heap.allocate(value::Kind::closure, u32(1 + captured.size()));
  closure->words()[0] = reinterpret_cast<u64>(&code);
  for (u64 i = 0; i < captured.size(); i++) closure->init(u32(1 + i), captured[i]);
  return Value::object(closure, false);
}

}  // namespace

bool load_top_level(Process& process, std::shared_ptr<core::CoreUnit> unit, bool library,
                    TopLevel& out) {
  if (out.code) {
    set_source(*out.code, *unit->top, unit, library);
  } else {
    out.code.reset(new_code(*unit->top, unit, library));
  }
  if (!compile(process, *out.code)) return false;
  load_children(Machine::of(process).runtime, *out.code, out.units);
  out.closure = finish_top_level(process, *out.code);
  return out.closure != Value::error();
}

Value load_evaluated(Process& process, std::shared_ptr<core::CoreUnit> unit) {
  Runtime& runtime = Machine::of(process).runtime;
  heap::UnitBuilder builder(runtime.units(), runtime.account());
  builder.add_bytes(bytes_of_code(*unit));
  Code* code = new_code(*unit->top, unit, false);
  code->unit = builder.unit();
  builder.attach(code);
  if (!compile(process, *code)) return Value::error();
  std::vector<heap::SharedUnit*> units;
  load_children(runtime, *code, units);
  for (heap::SharedUnit* nested : units) builder.refer(nested);
  Value closure = finish_top_level(process, *code);
  if (closure == Value::error()) return closure;
  // The process has the closure and nobody else can get at the code: it goes with its frame.
  heap::SharedUnit* own = builder.finish();
  runtime.units().retire(own);
  for (heap::SharedUnit* nested : units) runtime.units().retire(nested);
  return closure;
}

void invalidate_dependents(Runtime& runtime, Cell& cell) {
  std::lock_guard lock(runtime.cells().publication);
  for (Code* code : cell.dependents) {
    if (code->replacement.load()) continue;
    LITHE_ASSERT(code->unit);  // or it would not have been noted
    Code* fresh = new_code(core::as<Lambda>(*code->lambda), code->core, code->library);
    fresh->unit = code->unit;
    fresh->literals = code->literals;
    fresh->captures = code->captures;
    code->unit->attachments.push_back({fresh, [](void* p) { delete static_cast<Code*>(p); }});
    code->native_entry.store(nullptr, std::memory_order_release);
    code->quick_arguments.store(not_quick, std::memory_order_release);
    code->replacement.store(fresh, std::memory_order_release);
  }
}

void retire_top_level(Runtime& runtime, TopLevel& top) {
  for (heap::SharedUnit* unit : top.units) runtime.units().retire(unit);
  top.units.clear();
  bool plain = top.code && top.code->child_list.empty() && top.code->function.loop_heads.empty();
  if (!plain) return top.code.reset();
  top.code->core.reset();
  top.code->function.clear();
  top.code->constant_values.clear();
  top.code->cell_list.clear();
}

LoadedFunction load_function(Runtime& runtime, const JitPolicy&,
                             std::shared_ptr<core::CoreUnit> unit, const core::Node& lambda,
                             bool library) {
  heap::UnitBuilder builder(runtime.units(), runtime.account());
  Code* code = start_unit(runtime, builder, core::as<Lambda>(lambda), std::move(unit), library);
  Value closure = builder.closure(code, {});
  return {builder.finish(), closure};
}

}  // namespace lithe::vm
