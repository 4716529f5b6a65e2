// SPDX-License-Identifier: Apache-2.0
#include "core/core.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "base/name_table.hpp"
#include "core/printer.hpp"
#include "core/unit.hpp"
#include "core/verifier.hpp"
#include "core/walk.hpp"
#include "syntax/datum.hpp"

namespace lithe::core {
namespace {

/// Builds trees by hand, right ones and wrong ones.
class Core : public testing::Test {
 protected:
  Core() {
    top = make<Lambda>();
    top->top = true;
  }

  template <class T>
  T* make() {
    T* node = ::new (unit.arena.allocate(sizeof(T), alignof(T))) T;
    node->span = {1, 1, 1, 1};
    return node;
  }
  Node* number(i64 value) {
    auto* node = make<Constant>();
    node->datum = syntax::DatumBuilder(unit.arena).integer(value, {});
    return node;
  }
  Local* local(const char* name, Lambda* owner) {
    auto* made = ::new (unit.arena.allocate(sizeof(Local), alignof(Local))) Local;
    made->name = names.intern(name);
    made->owner = owner;
    made->id = owner->local_count++;
    return made;
  }
  LocalRef* ref(Local* target, u32 capture = LocalPlace::own) {
    auto* node = make<LocalRef>();
    node->place = {target, capture};
    return node;
  }
  template <class T>
  std::span<T> array(std::initializer_list<T> items) {
    return unit.arena.copy(std::span<const T>(items.begin(), items.size()));
  }
  Node* let(std::initializer_list<Binding> bindings, Node* body) {
    auto* node = make<Let>();
    node->bindings = array(bindings);
    node->body = body;
    return node;
  }
  Call* call(Node* callee, std::initializer_list<Node*> arguments, bool tail = false) {
    auto* node = make<Call>();
    node->callee = callee;
    node->arguments = array(arguments);
    node->tail = tail;
    return node;
  }
  Node* global(const char* name) {
    auto* node = make<GlobalRef>();
    node->name = names.intern(name);
    return node;
  }
  Node* when(Node* test, Node* then, Node* otherwise) {
    auto* node = make<If>();
    node->test = test;
    node->then = then;
    node->otherwise = otherwise;
    return node;
  }
  Lambda* function(Lambda* outer) {
    auto* node = make<Lambda>();
    node->outer = outer;
    return node;
  }
  std::string wrong(Node* body) {
    top->body = body;
    return verify(*top);
  }
  std::string text(Node* node, u32 width = 100) {
    return print(*node, names, {.primitive_name = nullptr, .width = width});
  }

  base::NameTable names;
  CoreUnit unit;
  Lambda* top;
};

TEST_F(Core, EveryKindHasARowAndName) {
  std::set<std::string_view> seen;
  for (const NodeInfo& row : node_table) {
    EXPECT_FALSE(row.text.empty());
    EXPECT_TRUE(seen.insert(row.name).second) << row.name;
  }
  EXPECT_EQ(node_table.size(), size_t(NodeKind::skip_message) + 1);
}

TEST_F(Core, GoodTreesVerify) {
  Local* x = local("x", top);
  EXPECT_EQ(wrong(number(1)), "");
  EXPECT_EQ(wrong(let({{x, number(1)}}, call(global("f"), {ref(x)}, true))), "");
}

TEST_F(Core, LocalsMustBeBound) {
  Local* x = local("x", top);
  EXPECT_EQ(wrong(ref(x)), "local_ref at line 1, column 1: names a local that is not bound here");
  EXPECT_EQ(wrong(let({{x, ref(x)}}, number(1))),
            "local_ref at line 1, column 1: names a local that is not bound here");
  EXPECT_NE(wrong(call(let({{x, number(1)}}, number(2)), {ref(x)})), "");
}

TEST_F(Core, LocalsBelongToTheirFunction) {
  Local* x = local("x", top);
  Lambda* inner = function(top);
  inner->body = ref(x);
  EXPECT_EQ(wrong(let({{x, number(1)}}, inner)),
            "local_ref at line 1, column 1: names another function's local as its own");
  inner->body = ref(x, 0);
  EXPECT_EQ(wrong(let({{x, number(1)}}, inner)),
            "local_ref at line 1, column 1: capture index leads to another local");
  inner->captures = array<Capture>({{x}});
  EXPECT_EQ(wrong(let({{x, number(1)}}, inner)),
            "lambda at line 1, column 1: captures a local that is not marked");
  x->captured = true;
  EXPECT_EQ(wrong(let({{x, number(1)}}, inner)), "");
  EXPECT_EQ(wrong(let({{x, inner}}, number(1))),
            "lambda at line 1, column 1: captures a local that is not bound yet");
}

TEST_F(Core, CapturesOfSelf) {
  Local* f = local("f", top);
  Lambda* outer = function(top);
  Lambda* inner = function(outer);
  outer->body = inner;
  inner->captures = array<Capture>({{f, true}});
  inner->body = ref(f, 0);
  EXPECT_EQ(wrong(let({{f, outer}}, ref(f))),
            "lambda at line 1, column 1: captures a self that is none");
  outer->self_local = f;
  EXPECT_EQ(wrong(let({{f, outer}}, ref(f))), "");
  auto* self = make<SelfRef>();
  self->place = {f};
  inner->body = self;
  EXPECT_EQ(wrong(let({{f, outer}}, ref(f))),
            "self_ref at line 1, column 1: names no function around it");
}

TEST_F(Core, TailCallsStandInTailPositions) {
  EXPECT_EQ(wrong(call(global("f"), {}, true)), "");
  EXPECT_EQ(wrong(call(global("g"), {call(global("f"), {}, true)})),
            "call at line 1, column 1: marked as a tail call, but is none");
  auto* guarded = make<Try>();
  guarded->body = call(global("f"), {}, true);
  guarded->caught = nullptr;
  guarded->handler = nullptr;
  guarded->finally = number(1);
  EXPECT_NE(wrong(guarded), "");
  EXPECT_EQ(wrong(when(number(1), call(global("f"), {}, true), number(2))), "");
  EXPECT_NE(wrong(when(call(global("f"), {}, true), number(1), number(2))), "");
}

TEST_F(Core, RecursStandInTheirLoops) {
  auto* loop = make<Loop>();
  loop->name = 0;
  Local* i = local("i", top);
  i->loop_variable = true;
  loop->bindings = array<Binding>({{i, number(0)}});
  auto* recur = make<Recur>();
  recur->loop = loop;
  recur->arguments = array<Node*>({ref(i)});
  loop->body = recur;
  EXPECT_EQ(wrong(loop), "");
  loop->body = call(global("f"), {recur});
  EXPECT_EQ(wrong(loop), "recur at line 1, column 1: not in a tail position of its loop");
  recur->arguments = {};
  loop->body = recur;
  EXPECT_EQ(wrong(loop), "recur at line 1, column 1: wrong number of arguments");
  EXPECT_EQ(wrong(recur), "recur at line 1, column 1: not inside its loop");
  i->loop_variable = false;
  EXPECT_EQ(wrong(loop), "loop at line 1, column 1: binds a local that is no loop variable");
}

TEST_F(Core, NextAlternativesStandInTheirTries) {
  auto* choice = make<Alternatives>();
  auto* next = make<NextAlternative>();
  next->target = choice;
  choice->tries = array<Node*>({when(global("a"), number(1), next), number(2)});
  EXPECT_EQ(wrong(choice), "");
  choice->tries = array<Node*>({number(2), when(global("a"), number(1), next)});
  EXPECT_EQ(wrong(choice), "next_alternative at line 1, column 1: there is no next alternative");
  choice->tries = array<Node*>({call(global("f"), {next}), number(2)});
  EXPECT_EQ(wrong(choice), "next_alternative at line 1, column 1: jumps out of an expression");
  EXPECT_EQ(wrong(next), "next_alternative at line 1, column 1: not inside its alternatives");
  Lambda* inner = function(top);
  inner->body = next;
  choice->tries = array<Node*>({inner, number(2)});
  EXPECT_EQ(wrong(choice), "next_alternative at line 1, column 1: not inside its alternatives");
}

TEST_F(Core, MissingChildren) {
  EXPECT_EQ(wrong(nullptr), "lambda at line 1, column 1: has no child where one must be");
  EXPECT_EQ(wrong(when(number(1), nullptr, number(2))),
            "if_ at line 1, column 1: has no child where one must be");
  auto* sequence = make<Sequence>();
  sequence->items = array<Node*>({number(1)});
  EXPECT_EQ(wrong(sequence), "sequence at line 1, column 1: has fewer than two items");
  auto* receive = make<Receive>();
  receive->timeout = receive->body = receive->timeout_body = nullptr;
  receive->message = nullptr;
  EXPECT_EQ(wrong(receive), "receive at line 1, column 1: waits for nothing");
}

TEST_F(Core, ChildrenInEvaluationOrder) {
  Local* x = local("x", top);
  Node* first = number(1);
  Node* second = number(2);
  Node* third = number(3);
  std::vector<const Node*> seen;
  auto note = [&](const Node& child) { seen.push_back(&child); };
  for_each_child(*let({{x, first}, {nullptr, second}}, third), note);
  EXPECT_EQ(seen, (std::vector<const Node*>{first, second, third}));
  seen.clear();
  for_each_child(*when(first, second, third), note);
  EXPECT_EQ(seen, (std::vector<const Node*>{first, second, third}));
  seen.clear();
  for_each_child(*number(1), note);
  EXPECT_TRUE(seen.empty());
}

TEST_F(Core, PrintsOnOneLineIfItFits) {
  Local* x = local("x", top);
  Node* body = call(global("f"), {ref(x), number(2)});
  Node* tree = let({{x, number(1)}}, body);
  EXPECT_EQ(text(tree), "(let ((x.0 1)) (call @f x.0 2))");
  EXPECT_EQ(text(tree, 20), "(let\n  ((x.0 1))\n  (call @f x.0 2))");
}

TEST_F(Core, PrintsEffects) {
  Node* tree = call(global("f"), {number(1)});
  tree->effect = Effect::async;
  EXPECT_EQ(print(*tree, names, {.primitive_name = nullptr, .width = 100, .effects = true}),
            "(call @f 1 :async)");
}

TEST_F(Core, DeepTreesPrintBounded) {
  Node* tree = number(1);
  for (int i = 0; i < 10'000; ++i) tree = call(global("f"), {tree});
  EXPECT_NE(text(tree).find("…"), std::string::npos);
}

}  // namespace
}  // namespace lithe::core
