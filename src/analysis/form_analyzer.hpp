// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analyzer.hpp"
#include "base/arena.hpp"
#include "core/core.hpp"
#include "syntax/map_keys.hpp"

namespace lithe::analysis {

using core::Node;
using syntax::Datum;
using syntax::Span;

struct Function;

/// A Local with what is known about it only while its unit is analyzed.
struct Variable : core::Local {
  bool set = false;    ///< some set! assigns it
  bool bound = true;   ///< false: its definition has not been reached yet
  bool early = false;  ///< captured before it was bound
  bool gone = false;   ///< the name of a named let that became a Loop
  bool used = false;
  Function* loop = nullptr;  ///< the function of the named let that it names, if that may be a Loop
  bool other_use = false;    ///< with `loop`: it is not only called in tail position
};

/// A captured variable in the making.
struct CaptureItem {
  core::Capture capture;
  CaptureItem* next;
};

/// A Lambda with what is known about it only while its unit is analyzed. Every Lambda of a unit in
/// analysis is one.
struct Function : core::Lambda {
  Function* merged_into = nullptr;  ///< set if it became a Loop in that function
  CaptureItem* first_capture = nullptr;
  u32 capture_count = 0;
};

/// What an error is answered with where a node, or success, was wanted.
struct Failed {
  operator bool() const { return false; }
  template <class T>
  operator T*() const {
    return nullptr;
  }
};

/// What a node's value is used for. `tail`: it is the value of the function. `test`: only whether
/// it is true counts.
enum class Want : u8 { value, tail, test, effect };

/// The analysis of one form at a time. Functions answer a node, or null after an error, which is
/// then in `error_`: a result that carried the diagnostic would make every frame of a deep
/// recursion bigger.
///
/// Captures, self references and boxes depend on assignments that may come later in the text, so
/// uses of another function's variables are collected and resolved at the end (captures.cpp).
/// A named let is analyzed as a function; if its name turns out to be only called in tail
/// positions, the function is merged into the one around it and the calls become Recurs.
class FormAnalyzer {
 public:
  FormAnalyzer(const base::NameTable& names, const primitives::Names& builtins,
               const Globals& globals, AnalyzerOptions options)
      : names_(names), builtins_(builtins), globals_(globals), options_(options) {}

  /// False after an error: take_error(). Uses at most that much of the running stack.
  bool run(const Datum& form, NameSpace space, core::CoreUnit& unit, size_t stack_bytes);
  /// The last run failed because the stack did not suffice.
  bool out_of_stack() const { return out_of_stack_; }
  const AnalyzerOptions& options() const { return options_; }
  syntax::Diagnostic take_error() { return std::move(*error_); }

 private:
  using Primitive = primitives::Primitive;

  // analyzer.cpp
  Node* analyze(const Datum& datum, Want want);
  Node* analyze_list(const Datum& list, Want want);
  Node* analyze_form(u32 form, const Datum& list, Want want);
  Node* analyze_symbol(const Datum& symbol);
  Node* analyze_call(const Datum& list, Want want);
  Node* analyze_sequence_literal(const Datum& datum);
  Node* analyze_quote(const Datum& list);
  Node* analyze_and_or_value(u32 form, Span span);
  Node* analyze_assert(const Datum& form, Want want);
  Node* analyze_time(const Datum& form, Want want);
  Node* analyze_seq(const Datum& form, Want want);
  bool analyze_arguments(const Datum& list, std::span<Node*> arguments);
  Node* call_of(const Datum& head, std::span<Node*> arguments, Span span, Want want);
  Node* call_local(Variable& variable, const Datum& head, std::span<Node*> arguments, Span span,
                   Want want);
  bool check_keys(const std::optional<syntax::RepeatedKey>& repeated);

  // analyze_control.cpp
  Node* analyze_if(const Datum& list, Want want);
  Node* analyze_when(const Datum& list, Want want, bool negated);
  Node* analyze_cond(const Datum& list, Want want);
  Node* analyze_case(const Datum& list, Want want);
  Node* case_test(Variable& subject, const Datum& constants);
  Node* analyze_and(const Datum& list, Want want);
  Node* analyze_or(const Datum& list, Want want);
  Node* analyze_try(const Datum& list, Want want);
  bool analyze_catch(const Datum& clause, core::Try& node, Want want);
  Node* analyze_throw(const Datum& list);
  Node* analyze_block(const Datum& list, u32 from, Want want);
  Node* analyze_branch(const Datum& list, u32 from, Want want);

  // analyze_binding.cpp
  Node* analyze_definition(const Datum& list);
  Node* analyze_definition_value(const Datum& list, Variable* local);
  Node* analyze_set(const Datum& list);
  Node* analyze_function(const Datum& list, u32 parameters, u64 name, Variable* self);
  bool analyze_parameters(const Datum& form, const Datum& list, Function& function);
  Variable* bind_parameter(const Datum& form, const Datum& symbol,
                           std::span<core::Local* const> before);
  Function* begin_function(u64 name, Span span);
  void end_function(Function& function, size_t tail_begin);
  Node* analyze_let(const Datum& list, Want want);
  Node* analyze_let_from(const Datum& list, u32 binding, Want want);
  bool check_bindings(const Datum& list, u32 at);
  Node* analyze_named_let(const Datum& list, Want want);
  Node* named_let_body(const Datum& list, Function& function);
  Node* finish_named_let(const Datum& list, Variable& symbol, Function& function,
                         std::span<core::Binding> inits, bool inits_depend, size_t tail_begin,
                         Want want);
  Node* make_loop(const Datum& list, Variable& symbol, Function& function,
                  std::span<core::Binding> inits, bool inits_depend, size_t tail_begin, Want want);
  void merge_tail_calls(Variable& symbol, core::Loop& loop, size_t tail_begin, bool tail);
  Node* analyze_body(const Datum& list, u32 from, Want want);
  Node* analyze_body_items(std::span<const Datum* const> items, Span span, Want want);
  bool declare_definitions(size_t begin);
  Node* body_with_definitions(size_t begin, Span span, Want want);
  Node* body_without_definitions(size_t begin, Span span, Want want);
  bool is_definition(const Datum& datum) const;
  bool flatten_body(std::span<const Datum* const> items);

  // analyze_pattern.cpp
  struct Try;
  Node* analyze_match(const Datum& list, Want want);
  Node* match_clauses(const Datum& list, u32 first, u32 end, Variable& subject, Node* failure,
                      bool receiving, Want want);
  Node* analyze_clause(const Datum& list, const Datum& clause, Variable& subject,
                       core::Alternatives& target, bool receiving, Want want, bool& refutable);
  Node* analyze_receive(const Datum& list, Want want);
  bool analyze_after(const Datum& clause, core::Receive& node, Want want);
  Node* match_let(const Datum& list, u32 binding, Variable& subject, Want want);
  Node* match_loop_targets(const Datum& list, u32 from, const Function& function);
  template <class Body>
  Node* match_one(const Datum& target, Variable& subject, Body&& analyze_rest);
  bool pattern(const Datum& datum, Variable& subject, Try& steps);
  bool pattern_name(const Datum& datum, Variable& subject, Try& steps);
  bool pattern_value(const Datum& symbol, Node* value, Try& steps);
  bool pattern_part(const Datum& datum, Node* value, Try& steps);
  std::string shown_pattern(const Datum& datum) const;
  bool unknown_pattern(const Datum& datum);
  bool pattern_list(const Datum& datum, Variable& subject, Try& steps);
  bool pattern_items(const Datum& datum, Variable& subject, Try& steps);
  bool pattern_vector(const Datum& datum, u32 from, Variable& subject, Try& steps);
  bool pattern_map(const Datum& datum, Variable& subject, Try& steps);
  bool pattern_record(const Datum& datum, Variable& subject, Try& steps);
  bool is_record_pattern(const Datum& datum) const;
  bool pattern_predicate(const Datum& datum, Variable& subject, Try& steps);
  bool pattern_or(const Datum& datum, Variable& subject, Try& steps);
  bool pattern_or_constants(const Datum& datum, Variable& subject, Try& steps);
  Node* pattern_or_try(const Datum& alternative, Variable& subject,
                       std::span<Variable* const> joined, const Try& outer,
                       core::Alternatives& choice, bool& refutable);
  void collect_names(const Datum& datum, const Try& steps, std::vector<u64>& names) const;
  void add_test(Node* test, Try& steps);
  Node* equals(Variable& subject, Node* other, Span span);

  // captures.cpp
  void finish();
  void resolve_captures();
  void resolve_reference(core::Node& node, core::LocalPlace& place, Function& from,
                         bool before_bound);
  u32 capture_index(Function& function, Variable& variable, bool before_bound);
  void box_early_definitions();
  static Function& merged(core::Lambda* function);

  // make_nodes.cpp
  template <class T>
  T* make(Span span) {
    T* node = ::new (arena_->allocate(sizeof(T), alignof(T))) T;
    node->span = span;
    return node;
  }
  Node* constant(const Datum& datum);
  Node* nil(Span span);
  Node* boolean(bool value, Span span);
  Node* reference(Variable& variable, Span span);
  Node* own_reference(Variable& variable, Span span);
  Node* primitive(Primitive which, std::initializer_list<Node*> arguments, Span span);
  Node* primitive_call(Primitive which, u32 name, std::span<Node*> arguments, Span span);
  Node* conditional(Node* test, Node* then, Node* otherwise, Span span);
  Node* sequence(std::span<Node* const> items, Span span);
  Node* let(std::span<const core::Binding> bindings, Node* body, Span span);
  core::GlobalRef* global(u32 name, Span span);
  Variable* variable(u64 name, Span span);
  Variable* synthetic(Span span);

  struct ScopeItem {
    u64 name;
    Variable* variable;
  };
  Variable* find(u64 name) const;
  void bind(Variable& variable) { scope_.push_back({variable.name, &variable}); }
  static constexpr u32 none = ~u32{0};
  u32 form_name(const Datum& list) const;
  bool is_special(u64 symbol) const;

  // Errors. Each answers false or null.
  Failed fail(Span span, std::string message);
  Failed expected(const Datum& form, std::string_view what);
  Failed expected(const Datum& form, std::string_view what, const Datum& got);
  std::string in_round_brackets(const Datum& vector, bool bindings) const;
  Failed note(Span span, std::string message);
  bool resolve(u64& symbol, Span span);
  std::string text_of(u64 name) const;
  std::string shown(const Datum& datum) const;
  std::string form_text(const Datum& list) const;
  bool too_deep(Span span);

  struct Reference {
    Node* node;  ///< LocalRef or SetLocal
    Function* from;
    bool before_bound;
  };
  /// A definition of a body in work.
  struct Definition {
    size_t item;  ///< index in items_
    Variable* local;
  };
  struct TailCall {
    Node* node;           ///< Call or PrimitiveCall
    Variable* loop_name;  ///< of the Call's callee, if that may be a Loop's; else null
    Function* from;
  };

  const base::NameTable& names_;
  const primitives::Names& builtins_;
  const Globals& globals_;
  AnalyzerOptions options_;

  // Of the form in work
  NameSpace space_ = NameSpace::user;
  core::CoreUnit* unit_ = nullptr;
  base::Arena* arena_ = nullptr;
  Function* function_ = nullptr;  ///< the one whose body is in work
  bool top_level_ = true;         ///< no body around: `def` defines a global
  u32 depth_ = 0;
  u64 stack_end_ = 0;
  bool out_of_stack_ = false;
  std::optional<syntax::Diagnostic> error_;

  // Scratch; the vectors used as stacks are cut back by who pushed.
  std::vector<ScopeItem> scope_;
  std::vector<Variable*> variables_;
  std::vector<Function*> functions_;
  std::vector<Reference> references_;
  std::vector<TailCall> tail_calls_;
  std::vector<core::Let*> bodies_;  ///< those with definitions
  std::vector<Node*> nodes_;
  std::vector<core::Binding> bindings_;  ///< of lets in work, and steps of patterns
  std::vector<const Datum*> items_;      ///< forms of bodies
  std::vector<Definition> definitions_;
  std::vector<Variable*> pattern_names_;
};

/// Cuts a stack back to its size at construction.
template <class T>
class StackMark {
 public:
  explicit StackMark(std::vector<T>& stack) : stack_(stack), size_(stack.size()) {}
  ~StackMark() { stack_.resize(size_); }
  StackMark(const StackMark&) = delete;
  StackMark& operator=(const StackMark&) = delete;
  size_t begin() const { return size_; }
  /// What was pushed since.
  std::span<T> items() const { return std::span<T>(stack_).subspan(size_); }

 private:
  std::vector<T>& stack_;
  size_t size_;
};

}  // namespace lithe::analysis
