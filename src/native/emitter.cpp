// SPDX-License-Identifier: Apache-2.0
// The two functions, how they start, and the walk over blocks and nodes.
#include "native/emitter.hpp"

#include <llvm/IR/MDBuilder.h>

#include "native/abi_names.hpp"

namespace lithe::native {

using ssa::FrameState;
using ssa::Op;
using ssa::Type;

namespace {

constexpr u32 integer_registers = 6, float_registers = 8;

}  // namespace

namespace {

llvm::MDNode* memory_tag(llvm::LLVMContext& context, const char* name) {
  llvm::MDBuilder metadata(context);
  llvm::MDNode* type = metadata.createTBAAScalarTypeNode(name, metadata.createTBAARoot("lithe"));
  return metadata.createTBAAStructTagNode(type, type, 0);
}

}  // namespace

Emitter::Emitter(llvm::LLVMContext& context, llvm::Module& module, const ssa::Graph& graph,
                 const Job& job, Result& result)
    : context_(context),
      module_(module),
      graph_(graph),
      job_(job),
      result_(result),
      roots_(graph),
      b(context),
      outcome_type_(llvm::StructType::get(
          context, {llvm::Type::getInt64Ty(context), llvm::Type::getInt64Ty(context)})),
      words_tag_(memory_tag(context, "word")),
      elements_tag_(memory_tag(context, "element")),
      loop_(graph.request.loop >= 0),
      values_(graph.node_count()),
      variables_(graph.node_count()) {}

/// Whether a body takes each parameter in a register. tailcc with arguments on the native stack
/// crashes LLVM 19, so what is left over lies at exec.stack_top, raw, until the body has read it.
std::vector<bool> Emitter::in_registers(const ssa::Signature& signature, bool loop) {
  u32 integers = 1 + (signature.takes_closure ? 1 : 0) + (loop ? 1 : 0), floats = 0;
  std::vector<bool> fit;
  for (Type type : signature.parameters) {
    bool floating = type == Type::floating;
    fit.push_back(floating ? floats++ < float_registers : integers++ < integer_registers);
  }
  return fit;
}

bool Emitter::run() {
  result_.references.push_back({Reference::Kind::self});
  constants_ = new llvm::GlobalVariable(module_, llvm::ArrayType::get(b.getInt64Ty(), 0), true,
                                        llvm::GlobalValue::ExternalLinkage, nullptr, "constants");
  constants_->setVisibility(llvm::GlobalValue::HiddenVisibility);
  constants_->setDSOLocal(true);
  constants_->setAlignment(llvm::Align(64));
  auto make = [&](llvm::FunctionType* type, const char* name) {
    auto* function =
        llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, name, module_);
    function->setVisibility(llvm::GlobalValue::HiddenVisibility);
    function->setDSOLocal(true);
    function->addFnAttr(llvm::Attribute::NoUnwind);
    function->addFnAttr("no-jump-tables", "true");
    return function;
  };
  auto* entry_type = llvm::FunctionType::get(
      outcome_type_, {b.getPtrTy(), b.getPtrTy(), b.getInt64Ty(), b.getPtrTy()}, false);
  entry_ = make(entry_type, "entry");
  thunk_ = loop_ ? make(entry_type, "thunk") : entry_;
  body_ = make(body_type(graph_.signature, loop_), "body");
  body_->setCallingConv(llvm::CallingConv::Tail);
  body_->addFnAttr(llvm::Attribute::NoInline);
  emit_body();
  emit_entry();
  if (loop_) emit_loop_thunk();
  result_.signature = graph_.signature;
  result_.dependencies = graph_.dependencies;
  result_.inlined = graph_.inlined;
  result_.natives = graph_.known_natives;
  return true;
}

llvm::FunctionType* Emitter::body_type(const ssa::Signature& signature, bool loop) {
  std::vector<llvm::Type*> types{b.getPtrTy()};
  if (signature.takes_closure) types.push_back(b.getInt64Ty());
  if (loop) types.push_back(b.getPtrTy());
  std::vector<bool> fit = in_registers(signature, loop);
  for (u32 i = 0; i < fit.size(); i++) {
    if (!fit[i]) continue;
    bool floating = signature.parameters[i] == Type::floating;
    types.push_back(floating ? b.getDoubleTy() : b.getInt64Ty());
  }
  return llvm::FunctionType::get(outcome_type_, types, false);
}

/// The arguments of a body's call: `leading` and what fits into registers. Stores what is left
/// over: nothing that could write there may come before the call.
std::vector<llvm::Value*> Emitter::pass(const ssa::Signature& signature,
                                        std::vector<Value*> leading,
                                        const std::vector<Value*>& values) {
  std::vector<bool> fit = in_registers(signature, false);
  Value* top = nullptr;
  u32 left_over = 0;
  for (u32 i = 0; i < values.size(); i++) {
    if (fit[i]) {
      leading.push_back(values[i]);
      continue;
    }
    if (!top) top = b.CreateLoad(b.getPtrTy(), field(x_, abi::stack_top));
    bool floating = signature.parameters[i] == Type::floating;
    Value* bits = floating ? b.CreateBitCast(values[i], b.getInt64Ty()) : values[i];
    store(bits, top, 8 * left_over++);
  }
  return leading;
}

llvm::Value* Emitter::read_left_over(u32 index, const Node& parameter) {
  Value* top = b.CreateLoad(b.getPtrTy(), field(x_, abi::stack_top));
  Value* bits = load(top, 8 * u64{index});
  return parameter.type == Type::floating ? b.CreateBitCast(bits, b.getDoubleTy()) : bits;
}

/// entry(x, constants, closure, arguments): checks and unpacks the arguments. Its root frame keeps
/// alive what the machine code belongs to, for everything that runs above.
void Emitter::emit_entry() {
  current_ = entry_;
  b.SetInsertPoint(block("start"));
  exit_values_ = b.CreateAlloca(b.getInt64Ty(), b.getInt32(1));
  root_frame_ = b.CreateAlloca(b.getInt64Ty(), b.getInt32(1));
  exit_slots_ = 1;
  root_slots_ = 0;
  x_ = entry_->getArg(0);
  Value* closure = entry_->getArg(2);
  Value* arguments = entry_->getArg(3);
  b.CreateStore(closure, root_slot(0));
  b.CreateStore(slot(Reference::Kind::token), root_slot(1));
  link_frame(2);
  std::vector<Value*> leading{x_}, actual, words;
  if (graph_.signature.takes_closure) leading.push_back(closure);
  if (loop_) {
    leading.push_back(arguments);
  } else {
    for (u32 i = 0; i < graph_.parameters.size(); i++) words.push_back(load(arguments, i * 8));
    for (u32 i = 0; i < words.size(); i++) {
      Type type = graph_.parameters[i]->type;
      if (!ssa::is_raw(type)) {
        actual.push_back(words[i]);
        continue;
      }
      Block* right = block("right");
      Block* wrong = block("wrong");
      branch(check_type(words[i], type), right, wrong);
      b.SetInsertPoint(wrong);
      emit_start_exit(words, closure, u8(1u << std::min(i, 7u)));
      b.SetInsertPoint(right);
      actual.push_back(raw_of(words[i], type));
    }
  }
  llvm::CallInst* call = b.CreateCall(body_, pass(graph_.signature, leading, actual));
  call->setCallingConv(llvm::CallingConv::Tail);
  Value* value = b.CreateExtractValue(call, 0);
  Value* status = b.CreateExtractValue(call, 1);
  unlink_frame();
  if (graph_.signature.result == Type::any) {
    leave(value, status);
  } else {
    Block* good = block("good");
    Block* other = block("other");
    branch(b.CreateICmpEQ(status, word(abi::ok)), good, other);
    b.SetInsertPoint(other);
    leave(value, status);
    b.SetInsertPoint(good);
    Type type = graph_.signature.result;
    Value* raw = type == Type::floating  ? b.CreateBitCast(value, b.getDoubleTy())
                 : type == Type::boolean ? b.CreateICmpNE(value, word(0))
                                         : value;
    leave(box(raw, type, nullptr), word(abi::ok));
  }
  exit_values_->setOperand(0, b.getInt32(exit_slots_));
  root_frame_->setOperand(0, b.getInt32(2 + root_slots_));
}

/// The thunk of a loop's entry poll: its one argument says how far below the stack's top R is.
void Emitter::emit_loop_thunk() {
  current_ = thunk_;
  b.SetInsertPoint(block("start"));
  Value* distance = integer_of(load(thunk_->getArg(3), 0));
  Value* top = load(thunk_->getArg(0), abi::stack_top);
  Value* frame = b.CreateIntToPtr(b.CreateSub(top, distance), b.getPtrTy());
  Value* outcome =
      b.CreateCall(entry_, {thunk_->getArg(0), thunk_->getArg(1), thunk_->getArg(2), frame});
  leave(b.CreateExtractValue(outcome, 0), b.CreateExtractValue(outcome, 1));
}

/// In the entry, or before a loop's registers are read: what the interpreter had stays as it was.
void Emitter::emit_start_exit(const std::vector<Value*>& words, Value* closure, u8 parameters) {
  Exit exit;
  exit.is_guess = true;
  exit.parameters = parameters;
  ExitFrame frame;
  const FrameState& state = *graph_.entry_state;
  frame.instruction = state.instruction;
  frame.registers.resize(state.registers.size());
  std::vector<Value*> values;
  for (u32 i = 0; i < words.size(); i++) {
    frame.registers[u32(graph_.parameters[i]->bits)] = {ExitValue::Kind::boxed, u32(values.size())};
    values.push_back(words[i]);
  }
  frame.closure = {ExitValue::Kind::boxed, u32(values.size())};
  values.push_back(closure);
  exit.frames.push_back(std::move(frame));
  result_.exits.push_back(std::move(exit));
  bool in_entry = current_ == entry_;
  u32 number = u32(result_.exits.size()) - 1;
  exit_slots_ = std::max(exit_slots_, u32(values.size()));
  for (u32 i = 0; i < values.size(); i++) store(values[i], exit_values_, i * 8);
  Value* outcome = helper("guard_exit", {constants_, word(number), exit_values_});
  if (in_entry) unlink_frame();
  leave(b.CreateExtractValue(outcome, 0), b.CreateExtractValue(outcome, 1));
}

llvm::Value* Emitter::check_type(Value* boxed, Type type) {
  return type == Type::integer ? is_integer(boxed) : is_float(boxed);
}

llvm::Value* Emitter::raw_of(Value* boxed, Type type) {
  switch (type) {
    case Type::integer:
      return integer_of(boxed);
    case Type::floating:
      return b.CreateBitCast(boxed, b.getDoubleTy());
    case Type::boolean:
      return b.CreateICmpEQ(boxed, word(abi::true_word));
    default:
      return boxed;
  }
}

void Emitter::emit_body() {
  current_ = body_;
  Block* start = block("start");
  b.SetInsertPoint(start);
  exit_values_ = b.CreateAlloca(b.getInt64Ty(), b.getInt32(1));
  root_frame_ = b.CreateAlloca(b.getInt64Ty(), b.getInt32(1));
  for (const ssa::Block* each : graph_.blocks) {
    for (const Node* node : each->nodes) {
      if (roots_.moves(*node)) variables_[node->id] = b.CreateAlloca(b.getInt64Ty());
    }
  }
  x_ = body_->getArg(0);
  u32 next = 1;
  closure_ = graph_.signature.takes_closure ? body_->getArg(next++) : nullptr;
  if (loop_) frame_ = body_->getArg(next++);
  if (closure_) define(*graph_.closure, closure_);
  if (!loop_) {
    std::vector<bool> fit = in_registers(graph_.signature, false);
    u32 left_over = 0;
    for (u32 i = 0; i < fit.size(); i++) {
      const Node& parameter = *graph_.parameters[i];
      define(parameter, fit[i] ? body_->getArg(next++) : read_left_over(left_over++, parameter));
    }
  }
  emit_entry_poll();
  if (loop_) read_frame_registers();
  for (const ssa::Block* each : graph_.blocks) blocks_[each] = block("b");
  b.CreateBr(blocks_[graph_.blocks[0]]);
  for (const ssa::Block* each : graph_.blocks) emit_block(*each);
  finish_phis();
  emit_exits();
  exit_values_->setOperand(0, b.getInt32(exit_slots_));
  root_frame_->setOperand(0, b.getInt32(2 + root_slots_));
}

/// A limit was met: yields, or runs the function on a further slice, with its arguments as Values.
void Emitter::emit_entry_poll() {
  Block* polls = block("poll");
  Block* on = block("on");
  Value* limit = load(x_, abi::native_limit);
  branch(b.CreateICmpUGE(stack_pointer(), limit), on, polls);
  b.SetInsertPoint(polls);
  u32 count = loop_ ? 1 : u32(graph_.parameters.size());
  Value* distance = nullptr;
  if (loop_) {
    distance = b.CreateSub(load(x_, abi::stack_top), b.CreatePtrToInt(frame_, b.getInt64Ty()));
    b.CreateStore(tagged(distance), root_slot(0));
  }
  for (u32 i = 0; i < count && !loop_; i++) {
    bool raw = ssa::is_raw(graph_.parameters[i]->type);
    b.CreateStore(raw ? word(abi::nil) : use(graph_.parameters[i]), root_slot(i));
  }
  b.CreateStore(use(graph_.closure), root_slot(count));
  link_frame(count + 1);
  for (u32 i = 0; i < count && !loop_; i++) {
    const Node* parameter = graph_.parameters[i];
    if (ssa::is_raw(parameter->type)) {
      b.CreateStore(box(use(parameter), parameter->type, nullptr), root_slot(i));
    }
  }
  Value* closure = b.CreateLoad(b.getInt64Ty(), root_slot(count));
  Value* outcome = helper("entry_poll", {thunk_, constants_, closure, root_slot(0), word(count)});
  unlink_frame();
  Block* polled = block("polled");
  Block* ended = block("ended");
  Block* ran = block("ran");
  Block* stays = block("stays");
  Value* status = b.CreateExtractValue(outcome, 1);
  b.CreateCondBr(b.CreateICmpEQ(status, word(abi::ok)), polled, ended);
  b.SetInsertPoint(ended);
  leave(word(0), status);
  b.SetInsertPoint(polled);
  b.CreateCondBr(b.CreateICmpEQ(b.CreateExtractValue(outcome, 0), word(0)), stays, ran);
  b.SetInsertPoint(ran);
  Value* given = load(x_, abi::tail_arguments);
  if (graph_.signature.result != Type::any) {
    given = b.CreateSelect(b.CreateICmpEQ(given, word(abi::ok)), word(abi::boxed), given);
  }
  leave(load(x_, abi::tail_callee), given);
  b.SetInsertPoint(stays);
  for (u32 i = 0; i < count && !loop_; i++) {
    const Node* parameter = graph_.parameters[i];
    if (!ssa::is_raw(parameter->type))
      define(*parameter, b.CreateLoad(b.getInt64Ty(), root_slot(i)));
  }
  if (closure_) define(*graph_.closure, b.CreateLoad(b.getInt64Ty(), root_slot(count)));
  if (!graph_.dependencies.empty() && !loop_) {
    guard(is_valid(), graph_.entry_state);
  }
  Value* moved = nullptr;
  if (loop_)
    moved = b.CreateIntToPtr(b.CreateSub(load(x_, abi::stack_top), distance), b.getPtrTy());
  Block* from = b.GetInsertBlock();
  Block* start = polls->getSinglePredecessor();
  b.CreateBr(on);
  b.SetInsertPoint(on);
  if (loop_) {
    llvm::PHINode* frame = b.CreatePHI(b.getPtrTy(), 2);
    frame->addIncoming(frame_, start);
    frame->addIncoming(moved, from);
    frame_ = frame;
  }
}

/// A loop's entry: its registers from the interpreter's frame, with the types they had when it
/// was compiled.
void Emitter::read_frame_registers() {
  std::vector<Value*> words;
  for (const Node* node : graph_.parameters) words.push_back(load(frame_, node->bits * 8));
  Value* good = graph_.dependencies.empty() ? b.getTrue() : is_valid();
  for (u32 i = 0; i < words.size(); i++) {
    Type type = graph_.parameters[i]->type;
    if (ssa::is_raw(type)) good = b.CreateAnd(good, check_type(words[i], type));
  }
  Block* right = block("right");
  Block* wrong = block("wrong");
  branch(good, right, wrong);
  b.SetInsertPoint(wrong);
  emit_start_exit(words, use(graph_.closure), 0);
  b.SetInsertPoint(right);
  for (u32 i = 0; i < words.size(); i++) {
    define(*graph_.parameters[i], raw_of(words[i], graph_.parameters[i]->type));
  }
}

void Emitter::emit_block(const ssa::Block& each) {
  b.SetInsertPoint(blocks_[&each]);
  for (const Node* node : each.nodes) {
    if (node->op != Op::phi) break;
    llvm::Type* type = node->type == Type::floating  ? b.getDoubleTy()
                       : node->type == Type::boolean ? static_cast<llvm::Type*>(b.getInt1Ty())
                                                     : b.getInt64Ty();
    phis_.emplace_back(node, b.CreatePHI(type, unsigned(node->inputs.size())));
  }
  for (auto [node, phi] : phis_) {
    if (node->block == &each) define(*node, phi);
  }
  for (const Node* node : each.nodes) {
    if (node->op != Op::phi) emit_node(*node);
  }
}

void Emitter::emit_node(const Node& node) {
  switch (node.op) {
    case Op::parameter:
    case Op::frame_register:
    case Op::closure:
    case Op::value_constant:
    case Op::phi:
      return;
    case Op::integer_constant:
      return define(node, word(node.bits));
    case Op::float_constant:
      return define(node, llvm::ConstantFP::get(b.getDoubleTy(), std::bit_cast<double>(node.bits)));
    case Op::boolean_constant:
      return define(node, b.getInt1(node.bits != 0));
    case Op::jump:
      ends_[node.block] = b.GetInsertBlock();
      b.CreateBr(blocks_[node.block->successors[0]]);
      return;
    case Op::branch: {
      Value* condition = use(node.inputs[0]);
      ends_[node.block] = b.GetInsertBlock();
      b.CreateCondBr(condition, blocks_[node.block->successors[0]],
                     blocks_[node.block->successors[1]]);
      return;
    }
    case Op::exit:
      b.CreateBr(exit_block(node.state));
      return;
    case Op::return_value:
      return emit_return(node);
    case Op::tail_value:
    case Op::tail_known:
      return emit_tail(node);
    case Op::poll:
      return emit_poll(node);
    case Op::call_value:
    case Op::call_self:
    case Op::call_known:
    case Op::call_primitive:
      return emit_call(node);
    default:
      break;
  }
  if (ssa::is_arithmetic(node.op)) return emit_arithmetic(node);
  if (ssa::is_on_numbers(node.op)) return emit_on_numbers(node);
  if (node.op >= Op::box && node.op <= Op::logical_not) return emit_conversion(node);
  emit_data(node);
}

/// Inputs of phis are read at the end of the blocks they come from.
void Emitter::finish_phis() {
  for (auto [node, phi] : phis_) {
    for (u32 i = 0; i < node->inputs.size(); i++) {
      Block* from = ends_[node->block->predecessors[i]];
      b.SetInsertPoint(from->getTerminator());
      phi->addIncoming(use(node->inputs[i]), from);
    }
  }
}

}  // namespace lithe::native
