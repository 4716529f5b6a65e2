// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <unordered_map>

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include "native/plugin.hpp"
#include "native/roots.hpp"
#include "ssa/graph.hpp"

// SSA to LLVM. Rules:
//
// 1. Two functions are made: `body`, in tailcc, with parameters as its signature says, and
//    `entry`, the boxed entry of vm/abi.hpp, which keeps what the code needs alive while it runs.
// 2. A Value that lives across something that may collect is kept in a variable (an alloca that
//    LLVM turns into registers again). Around the collecting work, and only there, the variables
//    are copied to a root frame, which is linked, and read back.
// 3. Every way out leaves no root frame of this activation linked.
// 4. Cold blocks say so by branch weights: the hot path falls through.
// 5. No address is written into the code: helpers come through the process, all else through
//    the slots of `constants`, which lie behind the code.

namespace lithe::native {

/// What LLVM makes of the module comes in emit_module's caller.
class Emitter {
 public:
  Emitter(llvm::LLVMContext& context, llvm::Module& module, const ssa::Graph& graph, const Job& job,
          Result& result);
  /// Fills the module and the result's tables. => false: result.refusal says why not.
  bool run();

 private:
  using Block = llvm::BasicBlock;
  using Value = llvm::Value;
  using Node = ssa::Node;

  // emitter.cpp: the function as a whole
  void emit_entry();
  void emit_loop_thunk();
  void emit_body();
  static std::vector<bool> in_registers(const ssa::Signature& signature, bool loop);
  std::vector<Value*> pass(const ssa::Signature& signature, std::vector<Value*> leading,
                           const std::vector<Value*>& values);
  Value* read_left_over(u32 index, const Node& parameter);
  llvm::FunctionType* body_type(const ssa::Signature& signature, bool loop);
  void emit_entry_poll();
  void read_parameters();
  void read_frame_registers();
  Value* check_type(Value* word, ssa::Type type);
  Value* raw_of(Value* word, ssa::Type type);
  void emit_start_exit(const std::vector<Value*>& words, Value* closure, u8 parameters);
  void emit_block(const ssa::Block& block);
  void emit_node(const Node& node);
  void finish_phis();

  // emit_values.cpp: values, constants, guards, exits
  Value* use(const Node* node);
  void define(const Node& node, Value* value);
  Value* slot(Reference::Kind kind, u64 index = 0);
  u32 slot_number(Reference::Kind kind, u64 index);
  Value* word(u64 bits) { return b.getInt64(bits); }
  Value* value_word(u64 bits);
  Value* field(Value* base, u64 offset);  ///< address
  Value* load(Value* base, u64 offset);   ///< a word
  void store(Value* value, Value* base, u64 offset);
  Value* address_of(Value* boxed);
  Block* block(const char* name);
  void branch(Value* condition, Block* likely, Block* unlikely);
  void guard(Value* condition, const ssa::FrameState* state);
  Block* exit_block(const ssa::FrameState* state);
  void exit_answered(const ssa::FrameState* state, Value* result, ExitValue::Kind kind);
  void emit_exits();
  u32 add_exit(const ssa::FrameState* state, bool answered, ExitValue::Kind kind,
               std::vector<Value*>& values);
  ExitValue place(const Node* node, std::vector<Value*>& values);
  void leave_by(u32 exit, const std::vector<Value*>& values);
  void leave_unwound(const ssa::FrameState* state);
  void leave(Value* value, Value* status);
  void leave_with(u64 status) { leave(word(0), word(status)); }
  Value* lottery();
  Value* helper(const char* name, std::vector<Value*> arguments);
  u32 unwound_exit(const ssa::FrameState* state);
  Value* settle(const ssa::FrameState* state, Value* value, Value* status);
  void go_on_if_ok(Value* outcome, Block* next);

  // emit_roots.cpp
  void link_roots(const Node& node);
  void unlink_roots(const Node& node);
  Value* root_slot(u32 index);
  void link_frame(u32 count);
  void unlink_frame();

  // emit_arithmetic.cpp
  void emit_arithmetic(const Node& node);
  Value* integer_operation(const Node& node, Value* l, Value* r);
  Value* float_operation(const Node& node, Value* l, Value* r);
  void generic_operation(const Node& node, Value* l, Value* r);
  Value* with_overflow(llvm::Intrinsic::ID id, Value* l, Value* r, const ssa::FrameState* state);
  void emit_on_numbers(const Node& node);
  void emit_conversion(const Node& node);
  Value* box(Value* raw, ssa::Type type, const Node* collecting);
  Value* box_float(Value* raw);
  Value* is_integer(Value* word);
  Value* is_float(Value* word);
  Value* integer_of(Value* word);
  Value* fits(Value* raw);
  Value* tagged(Value* raw);
  Value* truth_word(Value* bit);

  // emit_data.cpp
  llvm::Value* guarded_object(const Node& node, Value* boxed, u64 kind, u64 size);
  void emit_record_field(const Node& node, Value* type);
  void emit_is_record(const Node& node);
  void emit_make_record(const Node& node);
  void emit_data(const Node& node);
  Value* allocate(const Node& node, u32 words);
  Value* is_cons(Value* word);
  Value* local(Value* address, u64 tag);
  void make_object(const Node& node, u64 kind, u32 first);
  void emit_global(const Node& node);

  // emit_element.cpp
  llvm::Type* element_type(u64 type);
  Value* guarded_header(const Node& node, Value* boxed, u64 mask, u64 bits);
  Value* buffer_element(const Node& node);
  void emit_buffer_get(const Node& node);
  void emit_buffer_set(const Node& node);
  void emit_vector_get(const Node& node);
  void emit_char_code(const Node& node);

  // emit_call.cpp
  void emit_call(const Node& node);
  void emit_tail(const Node& node);
  void emit_poll(const Node& node);
  void emit_return(const Node& node);
  Value* window(const Node& node, u32 first);
  Value* has_exact(Value* callee, u32 count, Value*& code);
  llvm::CallInst* call_body(const Node& node);
  Value* call_any(const Node& node);
  void after_call(const Node& node, Value* outcome);
  void check_valid(const Node& node, Value* result);
  Value* is_valid();
  Value* stack_pointer();

  llvm::LLVMContext& context_;
  llvm::Module& module_;
  const ssa::Graph& graph_;
  const Job& job_;
  Result& result_;
  Roots roots_;
  llvm::IRBuilder<> b;
  llvm::StructType* outcome_type_;
  // Elements of buffers lie apart from all else, so that a store of one changes no header, length
  // or register in memory.
  llvm::MDNode* words_tag_;
  llvm::MDNode* elements_tag_;
  llvm::Function* body_ = nullptr;
  llvm::Function* entry_ = nullptr;
  llvm::Function* thunk_ = nullptr;  ///< what goes on on a further slice; entry_ but for loops
  llvm::GlobalVariable* constants_ = nullptr;
  llvm::Function* current_ = nullptr;
  Value* x_ = nullptr;
  Value* closure_ = nullptr;
  Value* frame_ = nullptr;  ///< loop's entry: R
  bool loop_;
  std::vector<Value*> values_;
  std::vector<llvm::AllocaInst*> variables_;
  std::unordered_map<const ssa::Block*, Block*> blocks_, ends_;
  std::vector<std::pair<const Node*, llvm::PHINode*>> phis_;
  std::map<const ssa::FrameState*, Block*> exit_blocks_;
  std::vector<std::pair<const ssa::FrameState*, Block*>> pending_exits_;
  std::map<const ssa::FrameState*, u32> unwound_exits_;
  llvm::AllocaInst* root_frame_ = nullptr;
  llvm::AllocaInst* exit_values_ = nullptr;
  u32 root_slots_ = 0;
  u32 exit_slots_ = 1;
};

}  // namespace lithe::native
