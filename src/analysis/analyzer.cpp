// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyzer.hpp"

#include <algorithm>

#include "analysis/form_analyzer.hpp"
#include "base/further_stack.hpp"
#include "syntax/printer.hpp"
#include "syntax/special_forms.hpp"

namespace lithe::analysis {

namespace name = base::name;
using syntax::DatumKind;

struct Analyzer::State {
  FormAnalyzer form;
};

Analyzer::Analyzer(const base::NameTable& names, const primitives::Names& builtins,
                   const Globals& globals, AnalyzerOptions options)
    : state_(new State{FormAnalyzer(names, builtins, globals, options)}) {}

Analyzer::~Analyzer() = default;

base::Result<void, syntax::Diagnostic> Analyzer::analyze(const syntax::Datum& form, NameSpace space,
                                                         core::CoreUnit& unit) {
  constexpr size_t reserve = 64 * 1024;  // for what lies below the first frame and above the last
  FormAnalyzer& work = state_->form;
  const AnalyzerOptions& options = work.options();
  bool done = work.run(form, space, unit, options.stack_bytes);
  if (work.out_of_stack() && options.further_stack_bytes > reserve) {
    auto again = [&] {
      unit.reset();
      done = work.run(form, space, unit, options.further_stack_bytes - reserve);
    };
    auto run = [](void* task) { (*static_cast<decltype(again)*>(task))(); };
    base::run_on_further_stack(options.further_stack_bytes, run, &again);
  }
  if (done) return {};
  return base::failure(work.take_error());
}

namespace {

u64 frame_address() { return reinterpret_cast<u64>(__builtin_frame_address(0)); }

}  // namespace

bool FormAnalyzer::run(const Datum& form, NameSpace space, core::CoreUnit& unit,
                       size_t stack_bytes) {
  space_ = space;
  unit_ = &unit;
  arena_ = &unit.arena;
  top_level_ = true;
  depth_ = 0;
  error_.reset();
  scope_.clear();
  variables_.clear();
  functions_.clear();
  references_.clear();
  tail_calls_.clear();
  bodies_.clear();
  nodes_.clear();
  bindings_.clear();
  items_.clear();
  definitions_.clear();
  pattern_names_.clear();
  u64 here = frame_address();
  stack_end_ = here > stack_bytes ? here - stack_bytes : 0;
  out_of_stack_ = false;

  Function* top = make<Function>(form.span);
  top->top = true;
  function_ = top;
  top->body = analyze(form, Want::tail);
  if (top->body == nullptr) return false;
  top->effect = core::Effect::pure;
  finish();
  unit.top = top;
  unit.lambdas = u32(functions_.size());
  return true;
}

Node* FormAnalyzer::analyze(const Datum& datum, Want want) {
  switch (datum.kind) {
    case DatumKind::symbol:
      return analyze_symbol(datum);
    case DatumKind::list:
    case DatumKind::vector:
    case DatumKind::map:
      break;
    default:
      return constant(datum);
  }
  if (datum.size == 0) return constant(datum);
  if (too_deep(datum.span)) return nullptr;
  ++depth_;
  Node* node = datum.is_list() ? analyze_list(datum, want) : analyze_sequence_literal(datum);
  --depth_;
  return node;
}

u32 FormAnalyzer::form_name(const Datum& list) const {
  if (!list.is_list() || list.size == 0 || !list[0].is_symbol()) return none;
  u64 symbol = list[0].name;
  u64 id = symbol & ~Datum::builtin_bit;
  if (id >= name::predefined_count || !syntax::special_forms[id]) return none;
  if (id == symbol && find(symbol) != nullptr) return none;
  return u32(id);
}

bool is_special_form(u64 symbol) {
  return symbol < name::predefined_count && syntax::special_forms[symbol];
}

bool FormAnalyzer::is_special(u64 symbol) const { return is_special_form(symbol); }

Node* FormAnalyzer::analyze_list(const Datum& list, Want want) {
  u32 form = form_name(list);
  return form == none ? analyze_call(list, want) : analyze_form(form, list, want);
}

Node* FormAnalyzer::analyze_form(u32 form, const Datum& list, Want want) {
  switch (form) {
    case name::quote:
      return analyze_quote(list);
    case name::def:
    case name::defun:
    case name::defvar:
      return analyze_definition(list);
    case name::fun:
    case name::fn:
    case name::lambda:
      return analyze_function(list, 1, 0, nullptr);
    case name::let:
      return analyze_let(list, want);
    case name::set:
      return analyze_set(list);
    case name::if_:
      return analyze_if(list, want);
    case name::cond:
      return analyze_cond(list, want);
    case name::case_:
      return analyze_case(list, want);
    case name::when:
      return analyze_when(list, want, false);
    case name::unless:
      return analyze_when(list, want, true);
    case name::and_:
      return analyze_and(list, want);
    case name::or_:
      return analyze_or(list, want);
    case name::begin:
    case name::do_:
      return analyze_branch(list, 1, want);
    case name::match:
      return analyze_match(list, want);
    case name::receive:
      return analyze_receive(list, want);
    case name::try_:
      return analyze_try(list, want);
    case name::throw_:
      return analyze_throw(list);
    case name::assert_:
      return analyze_assert(list, want);
    case name::time:
      return analyze_time(list, want);
    case name::seq:
      return analyze_seq(list, want);
    case name::catch_:
    case name::finally:
      return fail(list.span, form_text(list) + ": stands outside of a try");
    case name::include:
    case name::import_:
      return fail(list.span, form_text(list) + ": belongs at the top level of a file");
    case name::module_:
      return fail(list.span, "module: must be the first form of a file");
    case name::defmacro:
      // What the expander has made of one: the macro's function.
      if (list[0].name & Datum::builtin_bit) return analyze_function(list, 1, 0, nullptr);
      return fail(list.span, "defmacro: belongs at top level");
    case name::defrecord:
      return fail(list.span, "defrecord: belongs at top level");
    default:
      return fail(list.span, form_text(list) + ": was not expanded");
  }
}

Node* FormAnalyzer::analyze_symbol(const Datum& symbol) {
  if (Variable* local = find(symbol.name)) return reference(*local, symbol.span);
  u64 id = symbol.name & ~(Datum::builtin_bit | Datum::resolved_bit);
  if (id > UINT32_MAX) return fail(symbol.span, "unbound name: a fresh symbol that nothing binds");
  if (is_special(id)) {
    if (id == name::and_ || id == name::or_) return analyze_and_or_value(u32(id), symbol.span);
    return fail(symbol.span, "'" + text_of(id) + "' is a special form, not a value; (doc '" +
                                 text_of(id) + ") tells what it does");
  }
  u64 meant = symbol.name;
  if (!resolve(meant, symbol.span)) return nullptr;
  core::GlobalRef* node = global(u32(meant), symbol.span);
  node->library = (meant & Datum::builtin_bit) != 0;
  return node;
}

Node* FormAnalyzer::analyze_quote(const Datum& list) {
  if (list.size != 2) return expected(list, "one datum");
  if (!check_keys(syntax::repeated_key_in_data(list[1]))) return nullptr;
  return constant(list[1]);
}

Node* FormAnalyzer::analyze_sequence_literal(const Datum& datum) {
  bool is_map = datum.is(DatumKind::map);
  if (is_map && !check_keys(syntax::repeated_key_in_code(datum))) return nullptr;
  auto children = datum.children();
  bool plain = std::all_of(children.begin(), children.end(),
                           [](const Datum* d) { return syntax::stands_for_itself(*d); });
  if (plain) return constant(datum);
  std::span<Node*> items(arena_->allocate_array<Node*>(datum.size), datum.size);
  for (u32 i = 0; i < datum.size; ++i) {
    items[i] = analyze(datum[i], Want::value);
    if (items[i] == nullptr) return nullptr;
  }
  return primitive_call(is_map ? Primitive::map_of : Primitive::vector_of,
                        core::PrimitiveCall::not_by_name, items, datum.span);
}

bool FormAnalyzer::check_keys(const std::optional<syntax::RepeatedKey>& repeated) {
  if (repeated && !error_) error_ = syntax::repeated_key_error(*repeated, names_);
  return !repeated;
}

bool FormAnalyzer::analyze_arguments(const Datum& list, std::span<Node*> arguments) {
  for (u32 i = 0; i < arguments.size(); ++i) {
    arguments[i] = analyze(list[i + 1], Want::value);
    if (arguments[i] == nullptr) return false;
  }
  return true;
}

Node* FormAnalyzer::analyze_call(const Datum& list, Want want) {
  u32 count = list.size - 1;
  std::span<Node*> arguments(arena_->allocate_array<Node*>(count), count);
  const Datum& head = list[0];
  if (!head.is_symbol()) {
    // The head is evaluated before the arguments.
    Node* callee = analyze(head, Want::value);
    if (callee == nullptr || !analyze_arguments(list, arguments)) return nullptr;
    auto* call = make<core::Call>(list.span);
    call->callee = callee;
    call->arguments = arguments;
    call->effect = core::Effect::async;
    call->tail = want == Want::tail;
    if (call->tail) tail_calls_.push_back({call, nullptr, function_});
    return call;
  }
  if (!analyze_arguments(list, arguments)) return nullptr;
  return call_of(head, arguments, list.span, want);
}

/// A call of what a symbol names.
Node* FormAnalyzer::call_of(const Datum& head, std::span<Node*> arguments, Span span, Want want) {
  if (Variable* local = find(head.name)) return call_local(*local, head, arguments, span, want);
  u64 meant = head.name;
  if (!resolve(meant, head.span)) return nullptr;
  bool by_name = (meant & Datum::builtin_bit) == 0;
  u64 id = meant & ~Datum::builtin_bit;
  bool tail = want == Want::tail;
  auto found = id > UINT32_MAX ? std::nullopt
               : by_name       ? globals_.builtin(space_, u32(id))
                               : builtins_.find(u32(id));
  Node* result;
  if (found && info(*found).takes(arguments.size())) {
    u32 called_by = by_name ? u32(id) : core::PrimitiveCall::not_by_name;
    result = primitive_call(*found, called_by, arguments, span);
    tail = tail && by_name;
  } else {
    auto* call = make<core::Call>(span);
    call->callee = analyze_symbol(head);
    if (call->callee == nullptr) return nullptr;
    call->arguments = arguments;
    call->effect = core::Effect::async;
    result = call;
  }
  result->tail = tail;
  if (tail) tail_calls_.push_back({result, nullptr, function_});
  return result;
}

Node* FormAnalyzer::call_local(Variable& local, const Datum& head, std::span<Node*> arguments,
                               Span span, Want want) {
  auto* call = make<core::Call>(span);
  call->arguments = arguments;
  call->effect = core::Effect::async;
  call->tail = want == Want::tail;
  Function* loop = local.loop;
  bool may_recur = call->tail && loop != nullptr && !local.other_use &&
                   loop->parameters.size() == arguments.size();
  call->callee = may_recur ? own_reference(local, head.span) : reference(local, head.span);
  if (call->callee == nullptr) return nullptr;
  if (call->tail) tail_calls_.push_back({call, may_recur ? &local : nullptr, function_});
  return call;
}

Variable* FormAnalyzer::find(u64 symbol) const {
  for (size_t i = scope_.size(); i-- > 0;) {
    if (scope_[i].name == symbol) return scope_[i].variable;
  }
  return nullptr;
}

bool FormAnalyzer::too_deep(Span span) {
  out_of_stack_ = frame_address() <= stack_end_;
  if (depth_ < options_.nesting && !out_of_stack_) return false;
  fail(span, "nested too deeply");
  return true;
}

}  // namespace lithe::analysis
