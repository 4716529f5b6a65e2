// SPDX-License-Identifier: Apache-2.0
#include "bytecode/disassembler.hpp"

#include <fmt/format.h>

#include <iterator>

#include "bytecode/operands.hpp"
#include "primitives/primitives.hpp"
#include "syntax/printer.hpp"

namespace lithe::bytecode {

namespace {

class Disassembler {
 public:
  Disassembler(const Function& function, const base::NameTable& names)
      : function_(function), names_(names) {}

  std::string run() {
    add("parameters {}", function_.required);
    if (function_.optional > 0) add(" optional {}", function_.optional);
    add("{} registers {}\n", function_.rest ? " rest" : "", function_.registers);
    for (u32 i = 0; i < function_.code.size(); i++) line(i);
    for (const Handler& handler : function_.handlers) {
      add("handler of {} to {}: -> {} r{}\n", handler.begin, handler.end - 1, handler.handler,
          handler.reg);
    }
    for (u32 i = 0; i < function_.children.size(); i++) child(i);
    return std::move(text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }

  void line(u32 at) {
    Instruction instruction = function_.code[at];
    add("{:4} |{} {}", at, function_.live_tops[at], opcode_table[instruction.op].name);
    operands(at, instruction);
    if (function_.optional > 0) {
      for (u32 i = 0; i < function_.entries.size(); i++) {
        if (function_.entries[i] == at) add("  ; {} given", i);
      }
    }
    for (u32 i = 0; i < function_.loop_heads.size(); i++) {
      if (function_.loop_heads[i] == at) add("  ; loop {}", i);
    }
    for (const Handler& handler : function_.handlers) {
      if (handler.handler == at) add("  ; handler");
    }
    OperandPlaces places = function_.operand_places_at(at);
    if (places.swapped) add("  ; swapped");
    if (places.before > 0) add("  ; from argument {}", places.before + 1);
    text_ += '\n';
  }

  void operands(u32 at, Instruction instruction) {
    u32 index = u32(instruction.s());
    switch (instruction.opcode()) {
      case Opcode::load_constant:
        return add(" r{} {}", instruction.a, constant(index));
      case Opcode::get_global:
      case Opcode::set_global:
      case Opcode::define_global:
        return add(" r{} {}", instruction.a, name(index));
      case Opcode::make_closure:
        return add(" r{} child {}", instruction.a, index);
      case Opcode::get_capture:
        return add(" r{} capture {}", instruction.a, instruction.b);
      case Opcode::get_self:
      case Opcode::return_value:
        return add(" r{}", instruction.a);
      case Opcode::make_list:
      case Opcode::make_vector:
      case Opcode::make_map:
        return add(" r{} r{} ({})", instruction.a, instruction.b, instruction.c);
      case Opcode::call:
      case Opcode::tail_call:
        return add(" r{} ({}) r{}", instruction.a, instruction.b, instruction.c);
      case Opcode::call_global:
      case Opcode::tail_call_global:
        return add(" r{} ({}) {}", instruction.a, instruction.b, name(instruction.c));
      case Opcode::call_self:
      case Opcode::tail_call_self:
        return add(" r{} ({})", instruction.a, instruction.b);
      case Opcode::call_primitive:
      case Opcode::tail_call_primitive:
        return add(" r{} ({}) {}", instruction.a, instruction.b,
                   primitives::table[instruction.c].name);
      case Opcode::jump:
        return target(at, instruction);
      case Opcode::loop:
        add(" {}", instruction.a);
        return target(at, instruction);
      default:
        return by_format(at, instruction);
    }
  }

  void by_format(u32 at, Instruction instruction) {
    switch (opcode_table[instruction.op].format) {
      case Format::none:
        return;
      case Format::a:
        return add(" r{}", instruction.a);
      case Format::ab:
        return add(" r{} r{}", instruction.a, instruction.b);
      case Format::abc:
        return add(" r{} r{} r{}", instruction.a, instruction.b, instruction.c);
      case Format::abi:
        return add(" r{} r{} {}", instruction.a, instruction.b, instruction.signed_c());
      case Format::abj:
        add(" r{} r{}", instruction.a, instruction.b);
        return target(at, instruction);
      case Format::aij:
        add(" r{} {}", instruction.a, instruction.signed_b());
        return target(at, instruction);
      case Format::as:
      case Format::au:
        add(" r{}", instruction.a);
        if (opcode_table[instruction.op].flags & opcode_flag::jump) return target(at, instruction);
        return add(" {}", instruction.s());
    }
  }

  void target(u32 at, Instruction instruction) {
    add(" -> {}", i64(at) + 1 + jump_distance(instruction));
  }

  std::string name(u32 index) const {
    if (index >= function_.names.size()) return "?";
    const UsedName& used = function_.names[index];
    return (used.library ? "lib:" : "") + std::string(names_.text(used.id));
  }
  std::string constant(u32 index) const {
    return index < function_.constants.size() ? syntax::print(*function_.constants[index], names_)
                                              : "?";
  }

  void child(u32 index) {
    add("child {}:", index);
    for (const Capture& capture : function_.children[index].captures) {
      switch (capture.from) {
        case Capture::From::reg:
          add(" r{}", capture.index);
          break;
        case Capture::From::capture:
          add(" capture {}", capture.index);
          break;
        case Capture::From::self:
          add(" self");
          break;
      }
    }
    text_ += '\n';
  }

  const Function& function_;
  const base::NameTable& names_;
  std::string text_;
};

}  // namespace

std::string disassemble(const Function& function, const base::NameTable& names) {
  return Disassembler(function, names).run();
}

}  // namespace lithe::bytecode
