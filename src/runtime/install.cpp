// SPDX-License-Identifier: Apache-2.0
// Publishing machine code, and taking it back. The rules are in jit.hpp.
#include <algorithm>
#include <cstring>

#include "heap/shared_unit.hpp"
#include "heap/unit_registry.hpp"
#include "runtime/compile_work.hpp"
#include "runtime/runtime.hpp"

namespace lithe::runtime {

using native::Reference;
using value::Value;
using vm::Cell;
using vm::Code;
using vm::Tier;

namespace {

/// After that many compilations of a function, its guesses are not worth making.
constexpr u8 most_compilations = 6;

vm::ExitValue exit_value(native::ExitValue from) {
  return {vm::ExitValue::Kind(u8(from.kind)), from.index};
}

std::vector<vm::ExitInfo> exits_of(const CompileWork& work, const native::Result& result) {
  std::vector<vm::ExitInfo> exits;
  for (const native::Exit& from : result.exits) {
    vm::ExitInfo exit;
    exit.answered = from.answered;
    exit.is_guess = from.is_guess && !work.job.failing_guards;
    exit.parameters = from.parameters;
    for (const native::ExitFrame& frame : from.frames) {
      std::vector<vm::ExitValue> registers;
      for (native::ExitValue place : frame.registers) registers.push_back(exit_value(place));
      exit.frames.push_back({work.functions[u32(frame.function)], frame.instruction,
                             exit_value(frame.closure), std::move(registers)});
    }
    exits.push_back(std::move(exit));
  }
  return exits;
}

/// The cells that a result rests on, by their numbers.
std::vector<u32> rests_on(const CompileWork& work, const native::Result& result) {
  std::vector<u32> cells = result.dependencies;
  auto add_assumed = [&](i32 function) {
    const std::vector<u32>& assumed = work.assumed[u32(function)];
    cells.insert(cells.end(), assumed.begin(), assumed.end());
  };
  add_assumed(0);
  for (i32 function : result.inlined) add_assumed(function);
  for (i32 native : result.natives) add_assumed(work.job.request.natives[u32(native)].function);
  std::ranges::sort(cells);
  auto same = std::ranges::unique(cells);
  cells.erase(same.begin(), same.end());
  return cells;
}

}  // namespace

void Jit::install(CompileWork& work, const native::Result& result) {
  {
    std::lock_guard lock(runtime_.cells().publication);
    if (!work.wanted) return give_texts(work, result);
    if (!work.code) return;
    if (!result.refusal.empty()) {
      refuse(*work.code, work.loop, result.refusal);
    } else if (!is_current(work, result)) {
      try_again(*work.code, work.loop);
    } else if (!publish(work, result)) {
      refuse(*work.code, work.loop, "there is no memory for its machine code");
    }
  }
}

void Jit::give_texts(CompileWork& work, const native::Result& result) {
  if (!result.refusal.empty() && (work.stage != "ssa" || result.ssa.empty())) {
    *work.texts = "not compiled: " + result.refusal;
  } else {
    *work.texts = work.stage == "ssa"    ? result.ssa
                  : work.stage == "llvm" ? result.llvm
                                         : result.assembly;
  }
}

bool Jit::is_current(const CompileWork& work, const native::Result& result) const {
  if (work.code->replacement.load(std::memory_order_acquire)) return false;
  for (u32 number : rests_on(work, result)) {
    const CompileWork::CellSeen& seen = work.cells[number];
    bool settled = seen.cell->plain.load(std::memory_order_acquire) && !seen.cell->assigned.load();
    bool same = seen.cell->version.load(std::memory_order_acquire) == seen.version;
    if (!same || (seen.settled && !settled)) return false;
  }
  return std::ranges::all_of(result.natives, [&](i32 number) {
    const CompiledCode* callee = work.natives[u32(number)];
    return callee->code && callee->code->native == callee;
  });
}

u64 Jit::address_of(const CompileWork& work, const Reference& reference, CompiledCode& native,
                    Value token) {
  switch (reference.kind) {
    case Reference::Kind::self:
      return reinterpret_cast<u64>(static_cast<vm::NativeCode*>(&native));
    case Reference::Kind::token:
      return token.bits();
    case Reference::Kind::value:
      return reference.index;
    case Reference::Kind::cell:
      return reinterpret_cast<u64>(work.cells[reference.index].cell);
    case Reference::Kind::child: {
      const Code* function = work.functions[reference.index >> 32];
      return reinterpret_cast<u64>(function->child_list[u32(reference.index)]);
    }
    case Reference::Kind::native:
      return work.natives[reference.index]->body;
    case Reference::Kind::lottery:
      return reinterpret_cast<u64>(&lottery_);
  }
  __builtin_unreachable();
}

bool Jit::publish(CompileWork& work, const native::Result& result) {
  Code& code = *work.code;
  heap::UnitBuilder builder(runtime_.units(), runtime_.account());
  auto native = std::make_unique<CompiledCode>();
  Value token = builder.cons(Value::nil(), Value::empty_list());
  std::vector<u8> bytes = result.code;
  for (u64 i = 0; i < result.references.size(); i++) {
    const Reference& reference = result.references[i];
    u64 word = address_of(work, reference, *native, token);
    std::memcpy(&bytes[result.constants + 8 * i], &word, 8);
    Value v = Value::from_bits(word);
    bool foreign = reference.kind == Reference::Kind::value && v.is_shared_pointer() &&
                   heap::SharedUnit::of(v) != code.unit;
    if (foreign) builder.refer(heap::SharedUnit::of(v));
  }
  native->memory = memory_.place(bytes.data(), bytes.size());
  if (!native->memory) return false;
  native->jit = this;
  native->code = &code;
  native->unit = builder.unit();
  native->loop = work.loop;
  native->signature = result.signature;
  native->bytes = bytes.size();
  native->body = reinterpret_cast<u64>(native->memory) + result.body;
  native->exits = exits_of(work, result);
  for (i32 function : result.inlined) {
    heap::SharedUnit* unit = work.functions[u32(function)]->unit;
    if (unit != code.unit) builder.refer(unit);
  }
  for (i32 number : result.natives) {
    CompiledCode* callee = work.natives[u32(number)];
    builder.refer(callee->unit);
    heap::SharedUnit* unit =
        work.functions[u32(work.job.request.natives[u32(number)].function)]->unit;
    if (unit != code.unit) builder.refer(unit);
  }
  for (u32 number : rests_on(work, result)) {
    Cell* cell = work.cells[number].cell;
    native->cells.push_back(cell);
    dependents_[cell].push_back(native.get());
  }
  all_.push_back(native.get());
  builder.add_bytes(sizeof(CompiledCode) + bytes.size());
  auto entry =
      reinterpret_cast<process::NativeEntry>(reinterpret_cast<u64>(native->memory) + result.entry);
  CompiledCode* published = native.release();
  builder.attach(published);
  builder.finish();
  code.publication = &runtime_.cells().publication;
  code.natives.push_back(published);
  if (work.loop >= 0) {
    code.loop_entries[u32(work.loop)].store(entry, std::memory_order_release);
  } else {
    code.native = published;
    code.native_entry.store(entry, std::memory_order_release);
    code.quick_arguments.store(vm::not_quick, std::memory_order_release);
    code.tier.store(Tier::native, std::memory_order_release);
  }
  return true;
}

const char* Jit::keep_text(std::string_view text) {
  auto found = texts_.find(text);
  if (found == texts_.end()) found = texts_.emplace(text).first;
  return found->c_str();
}

/// The function or loop stays interpreted. Calls of it are quick then; its loops go on being
/// counted for as long as one of them may still be compiled.
void Jit::refuse(Code& code, i32 loop, std::string_view why) {
  if (loop < 0) code.refusal = keep_text(why);
  bool simple = code.function.optional == 0 && !code.function.rest;
  bool function_refused = code.refusal || !code.unit;
  bool loops_left = false;
  for (u64 i = 0; i < code.function.loop_heads.size(); i++) {
    if (i32(i) == loop) code.refused_loops |= u64{1} << (i & 63);
    loops_left = loops_left || !((code.refused_loops >> (i & 63)) & 1);
  }
  if (!function_refused) return;
  if (code.unit && simple)
    code.quick_arguments.store(code.function.required, std::memory_order_release);
  code.tier.store(loops_left ? Tier::counting : Tier::steady, std::memory_order_release);
}

/// Nobody enters the code from now on.
void Jit::withdraw(CompiledCode& native, bool stale) {
  if (stale) native.valid.store(0, std::memory_order_release);
  Code* code = native.code;
  if (!code) return;
  native.code = nullptr;
  std::erase(code->natives, static_cast<vm::NativeCode*>(&native));
  withdrawn_.push_back(native.unit);
  if (native.loop >= 0) {
    code->loop_entries[u32(native.loop)].store(nullptr, std::memory_order_release);
  } else if (code->native == &native) {
    code->native = nullptr;
    code->native_entry.store(nullptr, std::memory_order_release);
  }
}

/// Counted anew, and compiled again when it is still hot.
void Jit::try_again(Code& code, i32 loop) {
  if (++code.compilations > most_compilations) {
    return refuse(code, loop, "its types keep changing, or names that it rests on do");
  }
  if (loop >= 0) {
    code.loop_counts[u32(loop)].store(0, std::memory_order_relaxed);
  } else {
    code.calls.store(0, std::memory_order_relaxed);
    code.tier.store(Tier::counting, std::memory_order_release);
  }
}

void Jit::invalidate(Cell& cell) {
  auto found = dependents_.find(&cell);
  if (found == dependents_.end()) return;
  for (CompiledCode* native : std::vector<CompiledCode*>(found->second)) {
    Code* code = native->code;
    withdraw(*native, true);
    if (code && !code->replacement.load()) try_again(*code, native->loop);
  }
}

void Jit::retire_withdrawn() {
  std::vector<heap::SharedUnit*> units;
  {
    std::lock_guard lock(runtime_.cells().publication);
    units = std::move(withdrawn_);
    withdrawn_.clear();
  }
  for (heap::SharedUnit* unit : units) unit->registry->retire(unit);
}

}  // namespace lithe::runtime
