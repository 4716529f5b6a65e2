// SPDX-License-Identifier: Apache-2.0
// Definitions, functions, let and bodies.
#include <algorithm>
#include <new>
#include <utility>

#include "analysis/form_analyzer.hpp"

namespace lithe::analysis {

namespace name = base::name;

namespace {

bool is_parameter_list(const Datum& datum) {
  if (!datum.is_list()) return false;
  for (const Datum* item : datum.children()) {
    bool optional = item->is_list() && item->size == 2 && (*item)[0].is_symbol();
    if (!item->is_symbol() && !optional) return false;
  }
  return true;
}

}  // namespace

// Definitions and assignments

Node* FormAnalyzer::analyze_definition(const Datum& list) {
  if (!top_level_) {
    return fail(
        list.span,
        form_text(list) + ": a local is defined directly in a body, not inside another expression");
  }
  if (list.size < 2) return expected(list, "a name and a value");
  const Datum& target = list[1];
  if (target.is_list() && target.size > 0 && target[0].is_symbol() &&
      !target.is_call_of(name::quote)) {
    std::string called = text_of(target[0].name);
    return fail(target.span, form_text(list) + ": expected a name, got " + shown(target) +
                                 "; a function is (" + form_text(list) + " " + called +
                                 " (parameter …) body …)");
  }
  if (!target.is_symbol() || target.is_symbol(name::dot)) return expected(list, "a name", target);
  u64 defined = target.name;
  if ((defined & ~Datum::resolved_bit) > UINT32_MAX)
    return fail(target.span, form_text(list) + ": a fresh symbol cannot name a top-level variable");
  if (is_special(target.name))
    return fail(target.span,
                form_text(list) + ": '" + text_of(target.name) + "' is the name of a special form");
  std::string wrong;
  if (space_ == NameSpace::user && !globals_.resolve_definition(defined, wrong))
    return fail(target.span, form_text(list) + ": " + wrong);
  Node* value = analyze_definition_value(list, nullptr);
  if (value == nullptr) return nullptr;
  if (value->kind == core::NodeKind::lambda) {
    auto& function = static_cast<core::Lambda&>(*value);
    if (function.name == target.name) function.name = defined;
  }
  auto* node = make<core::DefineGlobal>(list.span);
  node->name = u32(defined);
  node->value = value;
  node->effect = std::max(value->effect, core::Effect::sync);
  return node;
}

/// What (def name …) defines: a function if a list of parameters and a body follow, else a value.
/// `local`: the variable it is bound to inside a body.
Node* FormAnalyzer::analyze_definition_value(const Datum& list, Variable* local) {
  u64 symbol = list[1].name;
  if (list.size == 2) return expected(list, "a value for '" + text_of(symbol) + "'");
  if (list.size > 3) {
    if (is_parameter_list(list[2])) return analyze_function(list, 2, symbol, local);
    if (list[2].is_symbol()) {
      return fail(list[2].span, form_text(list) +
                                    ": expected a list of parameters, or nothing behind the "
                                    "value, got " +
                                    shown(list[2]) + "; all arguments as a list are (. " +
                                    text_of(list[2].name) + ")");
    }
    return expected(list, "a list of parameters, or nothing behind the value", list[2]);
  }
  const Datum& value = list[2];
  switch (form_name(value)) {
    case name::fun:
    case name::fn:
    case name::lambda:
      return analyze_function(value, 1, symbol, local);
    default:
      return analyze(value, Want::value);
  }
}

Node* FormAnalyzer::analyze_set(const Datum& list) {
  if (list.size != 3) return expected(list, "a name and a value");
  const Datum& target = list[1];
  if (!target.is_symbol()) return expected(list, "a name", target);
  Node* value = analyze(list[2], Want::value);
  if (value == nullptr) return nullptr;
  core::Effect effect = std::max(value->effect, core::Effect::sync);
  if (Variable* local = find(target.name)) {
    if (!local->bound && local->owner == function_) return reference(*local, target.span);
    local->set = true;
    local->other_use = true;
    auto* node = make<core::SetLocal>(list.span);
    node->place.local = local;
    node->value = value;
    node->effect = effect;
    if (local->owner != function_) references_.push_back({node, function_, !local->bound});
    return node;
  }
  u64 assigned = target.name;
  if ((assigned & ~Datum::resolved_bit) > UINT32_MAX)
    return fail(target.span, "unbound name: a fresh symbol that nothing binds");
  if (is_special(target.name))
    return fail(target.span, "set!: '" + text_of(target.name) + "' is a special form");
  if (!resolve(assigned, target.span)) return nullptr;
  if (globals_.means_library(u32(assigned)))
    return fail(target.span,
                "set!: '" + text_of(target.name) + "' is the library's; def makes one of your own");
  unit_->assigned_globals.push_back(u32(assigned));
  auto* node = make<core::SetGlobal>(list.span);
  node->name = u32(assigned);
  node->value = value;
  node->effect = effect;
  return node;
}

// Functions

Function* FormAnalyzer::begin_function(u64 symbol, Span span) {
  auto* function = make<Function>(span);
  function->name = symbol;
  function->outer = function_;
  functions_.push_back(function);
  function_ = function;
  return function;
}

/// Leaves a function that stays one: what it calls in its tail positions are no turns of loops
/// around it.
void FormAnalyzer::end_function(Function& function, size_t tail_begin) {
  for (size_t i = tail_begin; i < tail_calls_.size(); ++i) {
    TailCall& tail = tail_calls_[i];
    if (tail.loop_name == nullptr) continue;
    tail.loop_name->other_use = true;
    references_.push_back({core::as<core::Call>(*tail.node).callee, tail.from, false});
  }
  tail_calls_.resize(tail_begin);
  function_ = static_cast<Function*>(function.outer);
}

Node* FormAnalyzer::analyze_function(const Datum& list, u32 parameters, u64 symbol,
                                     Variable* self) {
  if (list.size <= parameters || !list[parameters].is_list()) {
    if (list.size <= parameters) return expected(list, "a list of parameters");
    return expected(list, "a list of parameters", list[parameters]);
  }
  if (list.size == parameters + 1) return expected(list, "a body");
  StackMark<ScopeItem> mark(scope_);
  size_t tail_begin = tail_calls_.size();
  bool was_top_level = std::exchange(top_level_, false);
  Function* function = begin_function(symbol, list.span);
  function->self_local = self;
  bool done = analyze_parameters(list, list[parameters], *function);
  if (done) function->body = analyze_body(list, parameters + 1, Want::tail);
  end_function(*function, tail_begin);
  top_level_ = was_top_level;
  return function->body == nullptr ? nullptr : function;
}

Variable* FormAnalyzer::bind_parameter(const Datum& form, const Datum& symbol,
                                       std::span<core::Local* const> before) {
  bool unnamed = symbol.is_symbol(name::underscore);
  for (const core::Local* other : before) {
    if (unnamed || other->name != symbol.name) continue;
    return fail(symbol.span,
                form_text(form) + ": two parameters are named '" + text_of(symbol.name) + "'");
  }
  Variable* parameter = variable(symbol.name, symbol.span);
  if (!unnamed) bind(*parameter);
  return parameter;
}

bool FormAnalyzer::analyze_parameters(const Datum& form, const Datum& list, Function& function) {
  constexpr u32 most_parameters = 10'000;
  if (list.size > most_parameters) {
    return fail(list.span, form_text(form) + ": more than 10,000 parameters");
  }
  auto* all = arena_->allocate_array<core::Local*>(list.size);
  auto* defaults = arena_->allocate_array<Node*>(list.size);
  u32 count = 0;
  u32 optional = 0;
  for (u32 i = 0; i < list.size; ++i) {
    const Datum& item = list[i];
    std::span<core::Local* const> before(all, count);
    if (item.is_symbol(name::dot)) {
      if (i + 2 != list.size || !list[i + 1].is_symbol()) {
        return fail(item.span,
                    form_text(form) + ": expected one name behind the '.' in a list of parameters");
      }
      function.rest = bind_parameter(form, list[i + 1], before);
      if (function.rest == nullptr) return false;
      break;
    }
    const Datum* symbol = &item;
    if (item.is_list() && item.size == 2 && item[0].is_symbol()) {
      Node* value = analyze(item[1], Want::value);
      if (value == nullptr) return false;
      defaults[optional++] = value;
      symbol = &item[0];
    } else if (!item.is_symbol()) {
      return expected(form, "a parameter's name, or (name default)", item);
    } else if (optional > 0) {
      return fail(item.span, form_text(form) + ": parameter '" + text_of(item.name) +
                                 "' stands behind an optional one and has no default");
    }
    Variable* parameter = bind_parameter(form, *symbol, before);
    if (parameter == nullptr) return false;
    all[count++] = parameter;
  }
  function.parameters = {all, count};
  function.defaults = {defaults, optional};
  return true;
}

// Let

bool FormAnalyzer::check_bindings(const Datum& list, u32 at) {
  if (list.size <= at) return expected(list, "a list of bindings");
  if (!list[at].is_list()) return expected(list, "a list of bindings", list[at]);
  for (const Datum* binding : list[at].children()) {
    if (!binding->is_list() || binding->size != 2)
      return expected(list, "a binding (name value)", *binding);
  }
  if (list.size == at + 1) return expected(list, "a body");
  return true;
}

Node* FormAnalyzer::analyze_let(const Datum& list, Want want) {
  if (list.size > 1 && list[1].is_symbol()) return analyze_named_let(list, want);
  if (!check_bindings(list, 1)) return nullptr;
  StackMark<ScopeItem> mark(scope_);
  bool was_top_level = std::exchange(top_level_, false);
  Node* node = analyze_let_from(list, 0, want);
  top_level_ = was_top_level;
  return node;
}

/// The bindings from one on, and the body.
Node* FormAnalyzer::analyze_let_from(const Datum& list, u32 from, Want want) {
  const Datum& all = list[1];
  StackMark<core::Binding> mark(bindings_);
  Node* body = nullptr;
  u32 i = from;
  for (; i < all.size && body == nullptr; ++i) {
    const Datum& target = all[i][0];
    Node* init = analyze(all[i][1], Want::value);
    if (init == nullptr) return nullptr;
    if (target.is_symbol(name::underscore)) {
      bindings_.push_back({nullptr, init});
    } else if (target.is_symbol()) {
      Variable* local = variable(target.name, target.span);
      bind(*local);
      bindings_.push_back({local, init});
    } else {
      Variable* subject = synthetic(target.span);
      bindings_.push_back({subject, init});
      body = match_let(list, i, *subject, want);
      if (body == nullptr) return nullptr;
    }
  }
  if (body == nullptr) body = analyze_body(list, 2, want);
  if (body == nullptr) return nullptr;
  return let(mark.items(), body, list.span);
}

// Named let

Node* FormAnalyzer::analyze_named_let(const Datum& list, Want want) {
  if (!check_bindings(list, 2)) return nullptr;
  const Datum& all = list[2];
  StackMark<ScopeItem> mark(scope_);
  StackMark<core::Binding> binding_mark(bindings_);
  bool was_top_level = std::exchange(top_level_, false);
  // Initial values see the ones before, under their names; not the loop's name.
  bool inits_depend = false;
  for (const Datum* binding : all.children()) {
    const Datum& target = (*binding)[0];
    Node* init = analyze((*binding)[1], Want::value);
    if (init == nullptr) return nullptr;
    Variable* value = variable(target.is_symbol() ? target.name : 0, target.span);
    value->synthetic = !target.is_symbol();
    if (target.is_symbol() && !target.is_symbol(name::underscore)) bind(*value);
    bindings_.push_back({value, init});
  }
  for (const core::Binding& binding : binding_mark.items()) {
    auto& value = static_cast<Variable&>(*binding.local);
    inits_depend = inits_depend || value.used;
  }
  scope_.resize(mark.begin());

  Variable* symbol = variable(list[1].name, list[1].span);
  size_t tail_begin = tail_calls_.size();
  Function* function = begin_function(list[1].name, list.span);
  function->self_local = symbol;
  symbol->loop = function;
  bind(*symbol);
  function->body = named_let_body(list, *function);
  top_level_ = was_top_level;
  if (function->body == nullptr) {
    end_function(*function, tail_begin);
    return nullptr;
  }
  return finish_named_let(list, *symbol, *function, binding_mark.items(), inits_depend, tail_begin,
                          want);
}

/// Binds the loop variables, as parameters, and analyzes the body.
Node* FormAnalyzer::named_let_body(const Datum& list, Function& function) {
  const Datum& all = list[2];
  auto* parameters = arena_->allocate_array<core::Local*>(all.size);
  function.parameters = {parameters, all.size};
  bool patterns = false;
  for (u32 i = 0; i < all.size; ++i) {
    const Datum& target = all[i][0];
    std::span<core::Local* const> before(parameters, i);
    Variable* parameter =
        target.is_symbol() ? bind_parameter(list, target, before) : synthetic(target.span);
    if (parameter == nullptr) return nullptr;
    parameter->loop_variable = true;
    patterns = patterns || !target.is_symbol();
    parameters[i] = parameter;
  }
  return patterns ? match_loop_targets(list, 0, function) : analyze_body(list, 3, Want::tail);
}

Node* FormAnalyzer::finish_named_let(const Datum& list, Variable& symbol, Function& function,
                                     std::span<core::Binding> inits, bool inits_depend,
                                     size_t tail_begin, Want want) {
  if (!symbol.other_use)
    return make_loop(list, symbol, function, inits, inits_depend, tail_begin, want);
  end_function(function, tail_begin);
  for (core::Local* parameter : function.parameters) parameter->loop_variable = false;
  // (let ((value init) …) (let ((name function)) (name value …))), without the values if no init
  // needs them.
  u32 count = u32(inits.size());
  std::span<Node*> arguments(arena_->allocate_array<Node*>(count), count);
  for (u32 i = 0; i < count; ++i) {
    auto& value = static_cast<Variable&>(*inits[i].local);
    arguments[i] = inits_depend ? own_reference(value, value.span) : inits[i].init;
    value.gone = !inits_depend;
  }
  auto* call = make<core::Call>(list.span);
  call->callee = own_reference(symbol, list[1].span);
  call->arguments = arguments;
  call->effect = core::Effect::async;
  call->tail = want == Want::tail;
  if (call->tail) tail_calls_.push_back({call, nullptr, function_});
  core::Binding binding{&symbol, &function};
  Node* node = let({&binding, 1}, call, list.span);
  return inits_depend ? let(inits, node, list.span) : node;
}

Node* FormAnalyzer::make_loop(const Datum& list, Variable& symbol, Function& function,
                              std::span<core::Binding> inits, bool inits_depend, size_t tail_begin,
                              Want want) {
  function_ = static_cast<Function*>(function.outer);
  function.merged_into = function_;
  symbol.gone = true;
  auto* loop = make<core::Loop>(list.span);
  loop->name = symbol.name;
  u32 count = u32(inits.size());
  auto* bindings = arena_->allocate_array<core::Binding>(count);
  for (u32 i = 0; i < count; ++i) {
    auto& value = static_cast<Variable&>(*inits[i].local);
    bindings[i] = {function.parameters[i],
                   inits_depend ? own_reference(value, value.span) : inits[i].init};
    value.gone = !inits_depend;
  }
  loop->bindings = {bindings, count};
  loop->body = function.body;
  loop->effect = function.body->effect;
  for (const core::Binding& binding : loop->bindings)
    loop->effect = std::max(loop->effect, binding.init->effect);
  merge_tail_calls(symbol, *loop, tail_begin, want == Want::tail);
  return inits_depend ? let(inits, loop, list.span) : loop;
}

/// Calls of the loop's name become Recurs. The others are tail calls of the function around it
/// if the loop's value is that function's.
void FormAnalyzer::merge_tail_calls(Variable& symbol, core::Loop& loop, size_t tail_begin,
                                    bool tail) {
  static_assert(sizeof(core::Recur) <= sizeof(core::Call) &&
                alignof(core::Recur) == alignof(core::Call));
  size_t kept = tail_begin;
  for (size_t i = tail_begin; i < tail_calls_.size(); ++i) {
    TailCall call = tail_calls_[i];
    if (call.loop_name == &symbol) {
      auto& old = core::as<core::Call>(*call.node);
      Span span = old.span;
      std::span<Node*> arguments = old.arguments;
      core::Effect effect = core::Effect::pure;
      for (const Node* argument : arguments) effect = std::max(effect, argument->effect);
      auto* recur = ::new (static_cast<void*>(call.node)) core::Recur;
      recur->span = span;
      recur->effect = effect;
      recur->loop = &loop;
      recur->arguments = arguments;
    } else if (tail) {
      tail_calls_[kept++] = call;
    } else {
      call.node->tail = false;
      if (call.loop_name == nullptr) continue;
      call.loop_name->other_use = true;
      references_.push_back({core::as<core::Call>(*call.node).callee, call.from, false});
    }
  }
  tail_calls_.resize(kept);
}

// Bodies

Node* FormAnalyzer::analyze_body(const Datum& list, u32 from, Want want) {
  auto items = list.children();
  if (from > items.size()) from = u32(items.size());
  return analyze_body_items(items.subspan(from), list.span, want);
}

bool FormAnalyzer::is_definition(const Datum& datum) const {
  u32 form = form_name(datum);
  return form == name::def || form == name::defun || form == name::defvar;
}

/// Pushes the forms of a body to items_, those of a `begin` one by one. True if there are
/// definitions among them.
bool FormAnalyzer::flatten_body(std::span<const Datum* const> items) {
  bool any = false;
  for (const Datum* item : items) {
    u32 form = form_name(*item);
    bool is_begin = form == name::begin || form == name::do_;
    if (is_begin && item->size > 1 && !too_deep(item->span)) {
      ++depth_;
      any = flatten_body(item->children().subspan(1)) || any;
      --depth_;
    } else {
      any = any || is_definition(*item);
      items_.push_back(item);
    }
  }
  return any;
}

Node* FormAnalyzer::analyze_body_items(std::span<const Datum* const> given, Span span, Want want) {
  bool was_top_level = std::exchange(top_level_, false);
  Node* result = nullptr;
  if (given.size() == 1 && !is_definition(*given[0]) && form_name(*given[0]) != name::begin &&
      form_name(*given[0]) != name::do_) {
    result = analyze(*given[0], want);
  } else {
    StackMark<const Datum*> mark(items_);
    if (flatten_body(given)) {
      result = body_with_definitions(mark.begin(), span, want);
    } else if (!error_) {
      result = body_without_definitions(mark.begin(), span, want);
    }
  }
  top_level_ = was_top_level;
  return result;
}

Node* FormAnalyzer::body_without_definitions(size_t begin, Span span, Want want) {
  StackMark<Node*> mark(nodes_);
  size_t end = items_.size();
  for (size_t i = begin; i < end; ++i) {
    Node* node = analyze(*items_[i], i + 1 == end ? want : Want::effect);
    if (node == nullptr) return nullptr;
    nodes_.push_back(node);
  }
  return sequence(mark.items(), span);
}

/// Makes the variables of a body's definitions, known in all of it and bound one by one.
bool FormAnalyzer::declare_definitions(size_t begin) {
  size_t scope_begin = scope_.size();
  for (size_t i = begin; i < items_.size(); ++i) {
    const Datum& item = *items_[i];
    if (!is_definition(item)) continue;
    if (item.size < 2) return expected(item, "a name and a value");
    const Datum& target = item[1];
    if (!target.is_symbol()) return expected(item, "a name", target);
    for (size_t k = scope_begin; k < scope_.size(); ++k) {
      if (scope_[k].name != target.name) continue;
      fail(target.span,
           form_text(item) + ": '" + text_of(target.name) + "' is defined twice in one body");
      return note(scope_[k].variable->span, "first defined here");
    }
    Variable* local = variable(target.name, target.span);
    local->bound = false;
    bind(*local);
    definitions_.push_back({i, local});
  }
  return true;
}

Node* FormAnalyzer::body_with_definitions(size_t begin, Span span, Want want) {
  StackMark<ScopeItem> scope_mark(scope_);
  StackMark<core::Binding> mark(bindings_);
  StackMark<Definition> definition_mark(definitions_);
  if (!declare_definitions(begin)) return nullptr;
  size_t next_definition = definition_mark.begin();
  size_t end = items_.size();
  Node* last = nullptr;
  for (size_t i = begin; i < end; ++i) {
    const Datum& item = *items_[i];
    if (next_definition < definitions_.size() && definitions_[next_definition].item == i) {
      Variable& local = *definitions_[next_definition++].local;
      Node* value = analyze_definition_value(item, &local);
      if (value == nullptr) return nullptr;
      local.bound = true;
      bindings_.push_back({&local, value});
      if (i + 1 == end) last = reference(local, item.span);
    } else {
      Node* node = analyze(item, i + 1 == end ? want : Want::effect);
      if (node == nullptr) return nullptr;
      if (i + 1 == end) {
        last = node;
      } else {
        bindings_.push_back({nullptr, node});
      }
    }
  }
  Node* node = let(mark.items(), last, span);
  bodies_.push_back(&core::as<core::Let>(*node));
  return node;
}

}  // namespace lithe::analysis
