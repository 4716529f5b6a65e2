// SPDX-License-Identifier: Apache-2.0
// What a compilation is given: the function, what has been seen of it, and the functions it calls
// by names that nobody assigns.
#include <algorithm>

#include "heap/shared_unit.hpp"
#include "primitives/primitives.hpp"
#include "runtime/compile_work.hpp"
#include "runtime/runtime.hpp"
#include "value/object.hpp"

namespace lithe::runtime {

using analysis::EffectCause;
using analysis::NameSpace;
using vm::Cell;
using vm::Code;

namespace {

/// Callees of callees up to here are looked at, to be inlined.
constexpr u32 most_functions = 40;
constexpr u32 deepest = 3;

class Snapshot {
 public:
  Snapshot(Runtime& runtime, CompileWork& work) : runtime_(runtime), work_(work) {}

  /// Finds out which names wait. Without the lock: inferring effects may load definitions.
  void find_waiting() {
    for (u32 i = 0; i < work_.functions.size(); i++) {
      const Code& code = *work_.functions[i];
      for (u32 k = 0; k < code.cell_list.size(); k++) {
        const Cell& named = *code.cell_list[k];
        bool user = !code.library && named.user_defined;
        source(i).globals[k].waits =
            waits({user ? NameSpace::user : NameSpace::library, named.name});
      }
    }
  }

  i32 add(Code& code, u32 depth) {
    auto known = std::ranges::find(work_.functions, &code);
    if (known != work_.functions.end()) return i32(known - work_.functions.begin());
    if (!code.instructions || work_.functions.size() >= most_functions) return -1;
    u32 number = u32(work_.functions.size());
    work_.functions.push_back(&code);
    work_.job.request.functions.emplace_back();
    work_.assumed.emplace_back();
    hold(code);
    for (Cell* cell : code.assumed) {
      u32 seen = this->cell(*cell);
      work_.assumed[number].push_back(seen);
    }
    fill(code, number, depth);
    return i32(number);
  }

 private:
  ssa::Source& source(u32 number) { return work_.job.request.functions[number]; }

  void hold(Code& code) {
    if (!code.unit) return;
    code.unit->retain();
    work_.held.push_back(code.unit);
  }

  const bytecode::Function* function_of(const Code& code) {
    if (code.unit) return &code.function;
    // A top-level form's, which may go while the compiler reads it.
    work_.copies.push_back(code.function);
    return &work_.copies.back();
  }

  void fill(Code& code, u32 number, u32 depth) {
    ssa::Source filled;
    filled.name = code.name ? std::string(runtime_.names().text(code.name)) : "anonymous";
    filled.function = function_of(code);
    u64 size = code.function.code.size();
    filled.feedback.resize(size);
    for (u64 i = 0; i < size; i++)
      filled.feedback[i] = code.feedback[i].load(std::memory_order_relaxed);
    for (u32 i = 0; i < 8; i++)
      filled.parameter_types[i] = code.parameter_types[i].load(std::memory_order_relaxed);
    filled.failed = code.failed_guesses;
    filled.failed.resize(size);
    filled.failed_parameters = code.failed_parameters;
    filled.constants = code.constant_values;
    for (const Code* child : code.child_list) filled.children.push_back({child->captures});
    find_closure(code, filled);
    filled.may_inline = number > 0 && size <= 40;
    source(number) = std::move(filled);
    for (u64 i = 0; i < code.cell_list.size(); i++) {
      ssa::Global described = global(*code.cell_list[i], depth);
      source(number).globals.push_back(described);
    }
  }

  /// A function that is a settled name's value has one closure.
  void find_closure(Code& code, ssa::Source& filled) {
    if (code.name == 0 || !code.captures.empty()) return;
    vm::Cells& cells = runtime_.cells();
    for (Cell* each :
         {code.library ? nullptr : &cells.user(code.name), &cells.library(code.name)}) {
      if (!each || each->code.load(std::memory_order_acquire) != &code || !is_settled(*each))
        continue;
      filled.closure = each->value.load(std::memory_order_acquire);
      filled.closure_cell = cell(*each);
      return;
    }
  }

  static bool is_settled(const Cell& cell) {
    return cell.plain.load(std::memory_order_acquire) && !cell.assigned.load() && !cell.has_mutable;
  }

  u32 cell(Cell& wanted) {
    for (u32 i = 0; i < work_.cells.size(); i++) {
      if (work_.cells[i].cell == &wanted) return i;
    }
    work_.cells.push_back(
        {&wanted, wanted.version.load(std::memory_order_acquire), is_settled(wanted)});
    return u32(work_.cells.size()) - 1;
  }

  ssa::Global global(Cell& named, u32 depth) {
    ssa::Global described;
    described.cell = cell(named);
    described.settled = work_.cells[described.cell].settled;
    if (!described.settled) return described;
    described.value = named.value.load(std::memory_order_acquire);
    Code* callee = named.code.load(std::memory_order_acquire);
    if (!callee || callee->replacement.load(std::memory_order_acquire)) return described;
    if (depth < deepest || callee == work_.functions[0])
      described.function = add(*callee, depth + 1);
    if (described.function >= 0 && callee->native)
      described.native = native(described.function, *callee);
    return described;
  }

  i32 native(i32 function, Code& callee) {
    auto* compiled = static_cast<CompiledCode*>(callee.native);
    for (u32 i = 0; i < work_.natives.size(); i++) {
      if (work_.natives[i] == compiled) return i32(i);
    }
    if (!source(u32(function)).closure) return -1;
    compiled->unit->retain();
    work_.held.push_back(compiled->unit);
    work_.natives.push_back(compiled);
    work_.job.request.natives.push_back({function, compiled->signature});
    return i32(work_.natives.size()) - 1;
  }

  /// Known to wait: through names, it comes to an async builtin or to a receive.
  bool waits(analysis::GlobalName name) {
    for (u32 i = 0; i < 64; i++) {
      analysis::FunctionEffect effect = runtime_.effects().of(name);
      if (effect.effect != core::Effect::async) return false;
      switch (effect.cause.kind) {
        case EffectCause::Kind::receive:
          return true;
        case EffectCause::Kind::builtin:
          return true;
        case EffectCause::Kind::function:
          if (effect.cause.name == name.name) return true;
          name.name = effect.cause.name;
          break;
        default:
          return false;
      }
    }
    return true;
  }

  Runtime& runtime_;
  CompileWork& work_;
};

u8 type_bits(value::Value v) {
  if (v.is_integer()) return ssa::seen::integer;
  if (v.is_float()) return ssa::seen::floating;
  return ssa::seen::other;
}

native::Layout layout() {
  native::Layout layout;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
  layout.cell_value = offsetof(Cell, value);
  layout.cell_plain = offsetof(Cell, plain);
  layout.code_exact_arguments = offsetof(Code, exact_arguments);
  layout.code_native_entry = offsetof(Code, native_entry);
  layout.native_valid = offsetof(vm::NativeCode, valid);
#pragma GCC diagnostic pop
  return layout;
}

}  // namespace

std::unique_ptr<CompileWork> Jit::make_work(vm::Process& process, vm::Code& code, i32 loop) {
  auto work = std::make_unique<CompileWork>();
  work->code = &code;
  work->loop = loop;
  native::Job& job = work->job;
  job.layout = layout();
  job.failing_guards = failing_guards_;
  job.request.loop = loop;
  Snapshot snapshot(runtime_, *work);
  {
    std::lock_guard lock(runtime_.cells().publication);
    snapshot.add(code, 0);
  }
  snapshot.find_waiting();
  if (loop >= 0) {
    // The process stands at the loop's head.
    const u64* R = vm::frame(process);
    u32 live = code.live_tops[code.function.loop_heads[u32(loop)]];
    for (u32 i = 0; i < live; i++) {
      job.request.register_types.push_back(type_bits(value::Value::from_bits(R[i])));
    }
  }
  return work;
}

}  // namespace lithe::runtime
