// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/assert.hpp"
#include "base/integers.hpp"
#include "syntax/span.hpp"

// The Core tree: what everything after expansion reads. Names are resolved to Locals or globals,
// sugar and patterns are gone, every node has its span and effect.
//
// Ownership: nodes, Locals and the data of Constants live in the arena of their CoreUnit
// (core/unit.hpp), which is kept alive with the code that was made from it. After analysis a tree
// is immutable and may be read from any thread.
//
// Order: children are evaluated in the order of their members, arrays from the front, unless a
// struct says otherwise.
namespace lithe::syntax {
struct Datum;
}

namespace lithe::core {

enum class NodeKind : u8 {
#define LITHE_NODE(kind, type, text) kind,
#include "core/nodes.def"
#undef LITHE_NODE
};

struct NodeInfo {
  std::string_view name;
  std::string_view text;
};

inline constexpr auto node_table = std::to_array<NodeInfo>({
#define LITHE_NODE(kind, type, text) {#kind, text},
#include "core/nodes.def"
#undef LITHE_NODE
});

/// What evaluating something may do, smallest first. Without a side effect, and depending on the
/// contents of its operands alone; without waiting; anything.
enum class Effect : u8 { pure, sync, async };
inline constexpr auto effect_names = std::to_array<std::string_view>({"pure", "sync", "async"});

struct Lambda;
struct Loop;

/// A local variable or parameter. A Lambda, Let, Loop, Try or Receive binds it, once.
struct Local {
  u64 name = 0;                ///< symbol name as in syntax::Datum; 0 with `synthetic`
  syntax::Span span;           ///< where it is bound
  Lambda* owner = nullptr;     ///< the function whose frame it is in; never null
  u32 id = 0;                  ///< 0, 1, 2, … within the owner: an index for tables about locals
  bool captured = false;       ///< a nested Lambda lists it among its captures
  bool assigned = false;       ///< set after it was bound, or captured before it was
  bool assigned_once = false;  ///< `assigned`, but only by its definition, which comes late
  bool loop_variable = false;  ///< bound by a Loop: each turn has a fresh one
  bool synthetic = false;      ///< made by the analyzer; has no name in the source

  /// Lives in a box, which the frame and all closures that capture it share.
  bool boxed() const { return captured && assigned; }
};

struct Node {
  NodeKind kind;
  /// Of evaluating the node, as far as it can be told without knowing any global: calls of
  /// anything but builtins count as async. analysis/effects.hpp knows better.
  Effect effect = Effect::pure;
  /// Call, and PrimitiveCall by name: its value is the value of the function it stands in.
  bool tail = false;
  syntax::Span span;
};

template <NodeKind k>
struct NodeOf : Node {
  static constexpr NodeKind node_kind = k;
  NodeOf() { kind = k; }
};

/// The node as the struct of its kind.
template <class T>
T& as(Node& node) {
  LITHE_ASSERT(node.kind == T::node_kind);
  return static_cast<T&>(node);
}
template <class T>
const T& as(const Node& node) {
  LITHE_ASSERT(node.kind == T::node_kind);
  return static_cast<const T&>(node);
}

struct Constant : NodeOf<NodeKind::constant> {
  const syntax::Datum* datum;  ///< in the unit's arena
};

/// Names a Local from inside a function: either one of the running frame, or a captured one.
struct LocalPlace {
  static constexpr u32 own = ~u32{0};
  Local* local;
  u32 capture = own;  ///< index in the running Lambda's captures; `own`: local->owner is running
};

struct LocalRef : NodeOf<NodeKind::local_ref> {
  LocalPlace place;
};

struct SetLocal : NodeOf<NodeKind::set_local> {
  LocalPlace place;
  Node* value;
};

struct GlobalRef : NodeOf<NodeKind::global_ref> {
  u32 name;
  bool library = false;  ///< what the library has by that name, whatever the program defines
};

struct SetGlobal : NodeOf<NodeKind::set_global> {
  u32 name;
  Node* value;
};

struct DefineGlobal : NodeOf<NodeKind::define_global> {
  u32 name;
  Node* value;
};

struct If : NodeOf<NodeKind::if_> {
  Node* test;
  Node* then;
  Node* otherwise;
};

struct Sequence : NodeOf<NodeKind::sequence> {
  std::span<Node*> items;  ///< two or more
};

struct Binding {
  /// Null: `init` is evaluated for its effect.
  Local* local;
  /// Sees the bindings before it. Null: the local starts out unbound, and a SetLocal further on
  /// binds it before anything reads it; a boxed one may be read before, which is an error.
  Node* init;
};

struct Let : NodeOf<NodeKind::let> {
  std::span<Binding> bindings;
  Node* body;
};

/// A named `let` whose name is only called, in tail positions of its body. An init sees the
/// bindings before it. Turns share no bindings: a boxed loop variable gets a new box each turn.
struct Loop : NodeOf<NodeKind::loop> {
  u64 name;
  std::span<Binding> bindings;  ///< all with local and init
  Node* body;
};

/// Stands in a tail position of the Loop's body, in the same function.
struct Recur : NodeOf<NodeKind::recur> {
  Loop* loop;
  std::span<Node*> arguments;  ///< as many as loop->bindings; all evaluated before any is bound
};

struct Capture {
  Local* local;
  /// From where, seen from the *enclosing* function: its own closure (`local` is its self_local),
  /// or one of its captures, or (capture == LocalPlace::own) its frame.
  bool self = false;
  u32 capture = LocalPlace::own;
};

struct Lambda : NodeOf<NodeKind::lambda> {
  u64 name = 0;                  ///< symbol name for messages and traces; 0: anonymous
  std::span<Local*> parameters;  ///< required ones, then optional ones; without the rest parameter
  /// Of the optional parameters, the last defaults.size() of `parameters`. Evaluated left to
  /// right when the argument is missing; a default sees the parameters before it.
  std::span<Node*> defaults;
  Local* rest = nullptr;  ///< gets the list of all further arguments
  Node* body = nullptr;
  std::span<Capture> captures;
  Lambda* outer = nullptr;  ///< the function around it; null for a unit's top
  /// The variable that this function is bound to, when that is never assigned: uses of it
  /// inside are SelfRef or captured with `self`.
  Local* self_local = nullptr;
  u32 local_count = 0;  ///< Locals owned; their ids are below
  bool top = false;     ///< the unit's top: takes no arguments and runs once

  size_t required() const { return parameters.size() - defaults.size(); }
};

struct SelfRef : NodeOf<NodeKind::self_ref> {
  LocalPlace place;  ///< as it was a LocalRef; `local` is the running Lambda's self_local
};

struct Call : NodeOf<NodeKind::call> {
  Node* callee;
  std::span<Node*> arguments;
};

/// The number of arguments fits the builtin's row.
struct PrimitiveCall : NodeOf<NodeKind::primitive_call> {
  static constexpr u32 not_by_name = ~u32{0};
  u16 primitive;  ///< primitives::Primitive
  /// The name it was called by: once user code defines that, this is a call of the definition.
  /// not_by_name: the builtin is meant whatever its name stands for.
  u32 name;
  std::span<Node*> arguments;
};

/// `body`, then `finally`. An error in `body` goes to `handler`, if there is one, with the
/// thrown value in `caught`. `finally` runs after either of them however they end, but not when
/// the process is killed; its value is dropped.
struct Try : NodeOf<NodeKind::try_> {
  Node* body;
  Local* caught;  ///< null if there is no handler
  Node* handler;  ///< may be null
  Node* finally;  ///< may be null
};

struct Throw : NodeOf<NodeKind::throw_> {
  Node* value;
};

/// Pattern matching. Tries run in order; the first that gives a value gives it for the whole.
struct Alternatives : NodeOf<NodeKind::alternatives> {
  std::span<Node*> tries;  ///< one or more; the last holds no NextAlternative of this node
};

/// Stands in a try of `target`, in the same function, and jumps to the next one. Between them are
/// only If, Let, Sequence (not as an argument of a call) and further Alternatives.
struct NextAlternative : NodeOf<NodeKind::next_alternative> {
  Alternatives* target;
};

/// Takes messages of the mailbox in order, waiting for new ones, and runs `body` with each in
/// `message`, until the body runs AcceptMessage, whose continuation then gives the value. Each
/// path through `body` runs exactly one AcceptMessage or SkipMessage, unless it throws.
/// With `timeout`, evaluated once before: that many milliseconds after, while none was accepted,
/// `timeout_body` gives the value.
struct Receive : NodeOf<NodeKind::receive> {
  Node* timeout;  ///< null: waits for ever
  Local* message;
  Node* body;          ///< null: accepts nothing, only waits for the timeout
  Node* timeout_body;  ///< null if there is no timeout
};

struct AcceptMessage : NodeOf<NodeKind::accept_message> {};

struct SkipMessage : NodeOf<NodeKind::skip_message> {
  Receive* receive;
};

}  // namespace lithe::core
