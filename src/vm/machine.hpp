// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the interpreter runs. Rules for everybody who writes an instruction:
//
// 1. An instruction is one function of four arguments that live in registers: R (the frame's
//    R[0]), pc (this instruction), x (the process), code (what runs). It ends by continuing
//    at the next instruction in tail position (LITHE_NEXT), so the C++ stack never grows.
// 2. Whatever can collect, wait, run other code or move the stack goes into a slow path, which
//    first stores the position (`Machine::save`) and reads R anew afterwards (`Machine::frame`).
// 3. A local Value dies at every such point. Registers below the instruction's live top survive.
// 4. Errors: set process.failure, then continue at `unwind`, which finds the handler.
// 5. The loop is entered anew by every C++ trampoline that calls a Lithe function. Only the
//    outermost loop (native_depth 0) may give its stack back while it waits; an inner one parks.
// 6. In a handler no local has an address that a call is given: gcc 12 has no musttail, and where
//    such a local lives it makes an ordinary call of what -O2 otherwise makes a jump.

#include "bytecode/compiler.hpp"
#include "bytecode/instruction.hpp"
#include "process/process.hpp"
#include "vm/cell.hpp"
#include "vm/code.hpp"

#if defined(__clang__)
// clang 19 cannot give a function with this convention the frame that ASan wants.
#if __has_feature(address_sanitizer)
#define LITHE_HANDLER
#else
#define LITHE_HANDLER __attribute__((preserve_none))
#endif
#define LITHE_TAIL [[clang::musttail]] return
#else
#define LITHE_HANDLER
#define LITHE_TAIL return
#endif

namespace lithe::vm {

using bytecode::Instruction;
using process::ExecState;
using process::Outcome;
using process::Process;
using process::Status;
using value::Value;

/// Why the loop stopped.
enum class Stop : u64 {
  returned,      ///< the entry frame returned: its value is in process.answer
  failed,        ///< an error left the entry frame: it is in process.failure
  exited,        ///< the process is ending
  waiting,       ///< outermost loop only: position saved, something will wake the process
  yielded,       ///< outermost loop only: position saved, runnable
  tail_pending,  ///< a frame rebuilt by a guard exit makes a tail call, or is at the head of a
                 ///< compiled loop: see ExecState
};

/// What runs at pc. Another core may be changing it (feedback.hpp): to one of the same meaning.
inline u16 operation(const Instruction* pc) { return __atomic_load_n(&pc->op, __ATOMIC_RELAXED); }

using Handler = LITHE_HANDLER Stop (*)(u64* R, const Instruction* pc, ExecState* x, Code* code);
extern const Handler dispatch_table[];

#define LITHE_OP(name)                                                                          \
  LITHE_HANDLER Stop op_##name([[maybe_unused]] u64* R, [[maybe_unused]] const Instruction* pc, \
                               [[maybe_unused]] ExecState* x, [[maybe_unused]] Code* code)
#define LITHE_GO(handler, target) LITHE_TAIL handler(R, target, x, code)
#define LITHE_DISPATCH(target) LITHE_TAIL dispatch_table[operation(target)](R, target, x, code)
#define LITHE_NEXT LITHE_DISPATCH(pc + 1)

class Runtime;
class Compiler;
class NativeCall;
using NativeFunction = Value (*)(NativeCall&);

/// How much must be counted before compiling is worth it; set once at start.
struct JitPolicy {
  bool enabled = false;
  bool eager = false;       ///< compile at the first call
  u32 fixed_threshold = 0;  ///< 0: decide by estimated times
};

/// The interpreter of one runtime: what instructions need beside the process.
class Machine {
 public:
  Machine(Runtime& runtime, const NativeFunction* natives) : runtime(runtime), natives(natives) {}

  Runtime& runtime;
  const NativeFunction* natives;  ///< indexed by primitive
  bytecode::Compiler bytecode_compiler;
  Compiler* compiler = nullptr;  ///< null: interpreting only
  JitPolicy jit;

  /// Puts a call of `function` into a fresh process's stack; resume() starts it.
  /// The arguments' count is limited to Process::stack_slack - 2.
  void start(Process& process, Value function, const Value* arguments, u32 count);
  /// Runs the process until it stops. Call on a native slice; process.native_depth is 0.
  Stop resume(Process& process);
  /// Calls `callee` with the arguments at exec.stack_top and runs it to its end on this stack,
  /// parking where it waits. => Status ok, error or exit.
  Outcome call(Process& process, Value callee, u32 count);
  /// Goes on with frames that a guard exit rebuilt above exec.stack_top, at the innermost
  /// one's position. => ok, error, exit or tail_pending.
  Outcome go_on(Process& process, const process::Position& innermost);
  /// Does what Status::tail_pending has left at exec.stack_top. => ok, error or exit.
  Outcome finish_pending(Process& process);
  /// Serves a poll: yields if asked (parking: native_depth > 0), ends, collects.
  /// => ok, or exit.
  Status poll(Process& process);

  static Machine& of(Process& process) { return *static_cast<Machine*>(process.owner); }

  /// Runs an interpreted callee whose parameters are in place at exec.stack_top.
  /// => ok, error or exit.
  Outcome run_frame(Process& process, const struct CallStep& step);

 private:
  Outcome run_nested(Process& process, const process::Position& first);
};

/// Return addresses that no call made: the frame below was entered from C++.
extern const Instruction entry_stub[2];  ///< by Machine::start and call
extern const Instruction exit_stub[2];   ///< by a guard exit

inline Code* code_of(Value closure) {
  return reinterpret_cast<Code*>(closure.as_object()->words()[0]);
}

/// The words behind a frame's parameters (bytecode/opcodes.def).
struct Header {
  const Instruction* return_address;
  Code* caller;
  u64 closure;
};
static_assert(sizeof(Header) == bytecode::header_words * sizeof(u64));
inline Header& header(u64* R, const Code* code) {
  return *reinterpret_cast<Header*>(R + code->header);
}

/// The caller's R[0], from a frame's R[0] and its return address. (A stub's instruction has
/// a = 0, which gives the frame itself.)
inline u64* caller_frame(u64* R, const Instruction* return_address) {
  return R - return_address[-1].a;
}

inline void save(Process& process, const u64* R, const Instruction* pc, const Code* code) {
  process.position = {pc, code, u32(R - process.stack_begin)};
}
inline u64* frame(Process& process) { return process.stack_begin + process.position.frame; }
inline Code* saved_code(const Process& process) {
  return const_cast<Code*>(static_cast<const Code*>(process.position.code));
}
inline const Instruction* saved_instruction(const Process& process) {
  return static_cast<const Instruction*>(process.position.instruction);
}

/// First word above what is live while the instruction at pc runs.
inline u64* live_top(u64* R, const Instruction* pc, const Code* code) {
  return R + code->live_tops[pc - code->instructions];
}

/// Makes the callee's frame take the place of the running one, whose return address and
/// caller it inherits. `arguments` lie above.
inline void replace_frame(u64* R, const Code* running, const u64* arguments, u32 count,
                          const Code* callee, u64 closure) {
  Header old = header(R, running);
  for (u32 i = 0; i < count; i++) R[i] = arguments[i];
  header(R, callee) = {old.return_address, old.caller, closure};
}

// Handlers that are not instructions.
LITHE_OP(unwind);         ///< process.failure travels from the instruction at pc outwards
LITHE_OP(unwind_caller);  ///< the same, from behind the running frame, which has been dealt with
LITHE_OP(return_answer);  ///< process.answer is the running function's result
LITHE_OP(give_answer);    ///< process.answer (or failure) is the result of the call at pc
LITHE_OP(slow_call);      ///< any call instruction, whatever the callee is
LITHE_OP(get_global_slow);
LITHE_OP(slow_branch);  ///< an unless_… instruction, checks and all
LITHE_OP(slow_unary);   ///< the error of the primitive of this opcode on R[b], which is no cons
LITHE_OP(slow_binary);  ///< the same on R[b] and R[c]
LITHE_OP(slow_store);   ///< the same on R[a], R[b] and R[c]

}  // namespace lithe::vm
