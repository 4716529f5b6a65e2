// SPDX-License-Identifier: Apache-2.0
#include "heap/collector.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <unordered_map>
#include <vector>

#include "heap/blocks.hpp"
#include "heap/fragment.hpp"
#include "heap/table.hpp"
#include "heap/test_heap.hpp"
#include "heap/validate.hpp"

// Random programs of allocations, stores and collections run on a heap and on a model that
// never collects; afterwards both must be the same graph, with the same sharing.

namespace lithe::heap {
namespace {

struct Node {
  enum class Sort { leaf, cons, vector, box, text, number, table } sort = Sort::leaf;
  Value leaf;
  std::vector<Node*> children;  // table: values, in the order of `keys`
  std::vector<i64> keys;
  std::string text;
};

class Twin {
 public:
  Twin(HeapOptions options, u64 seed)
      : world_(options), heap_(world_.environment, nullptr), values_(heap_), random_(seed) {
    for (int i = 0; i < 24; ++i) {
      values_.push_back(Value::integer(i));
      nodes_.push_back(leaf(Value::integer(i)));
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      if (i % 64 == 0) ASSERT_EQ(validate(heap_), "") << "step " << i;
    }
    check();
  }

  void check() {
    std::unordered_map<u64, Node*> seen;
    std::unordered_map<Node*, u64> back;
    std::vector<std::pair<Value, Node*>> left;
    for (u64 i = 0; i < values_.size(); ++i) left.emplace_back(values_[i], nodes_[i]);
    while (!left.empty()) {
      auto [v, node] = left.back();
      left.pop_back();
      if (!v.is_pointer()) {
        ASSERT_EQ(node->sort, Node::Sort::leaf);
        ASSERT_EQ(v.bits(), node->leaf.bits());
        continue;
      }
      auto known = seen.find(v.address());
      auto known_back = back.find(node);
      if (known != seen.end() || known_back != back.end()) {
        ASSERT_TRUE(known != seen.end() && known->second == node);
        continue;
      }
      seen[v.address()] = node;
      back[node] = v.address();
      compare(v, node, left);
    }
  }

  Heap& heap() { return heap_; }

 private:
  using Pairs = std::vector<std::pair<Value, Node*>>;

  void compare(Value v, Node* node, Pairs& left) {
    if (v.is_cons()) {
      ASSERT_EQ(node->sort, Node::Sort::cons);
      left.emplace_back(v.as_cons()->head, node->children[0]);
      left.emplace_back(v.as_cons()->tail, node->children[1]);
      return;
    }
    const Object* object = v.as_object();
    switch (object->kind()) {
      case Kind::vector:
      case Kind::box:
        ASSERT_EQ(object->size(), node->children.size());
        for (u32 i = 0; i < object->size(); ++i)
          left.emplace_back(object->get(i), node->children[i]);
        return;
      case Kind::string:
      case Kind::long_string:
        ASSERT_EQ(node->sort, Node::Sort::text);
        ASSERT_EQ(value::text(object), node->text);
        return;
      case Kind::bigint:
        ASSERT_EQ(node->sort, Node::Sort::number);
        ASSERT_EQ(object->words()[0], u64(node->keys[0]));
        return;
      case Kind::table:
        ASSERT_EQ(node->sort, Node::Sort::table);
        ASSERT_EQ(table_size(v), node->keys.size());
        for (u64 i = 0; i < node->keys.size(); ++i) {
          Value found = table_get(v, Value::integer(node->keys[i]), Value::hole());
          ASSERT_FALSE(found.is(Value::Special::hole));
          left.emplace_back(found, node->children[i]);
        }
        return;
      default:
        FAIL() << "kind " << int(object->kind());
    }
  }

  Node* make(Node::Sort sort) {
    all_.push_back(std::make_unique<Node>());
    all_.back()->sort = sort;
    return all_.back().get();
  }
  Node* leaf(Value v) {
    Node* node = make(Node::Sort::leaf);
    node->leaf = v;
    return node;
  }
  u64 below(u64 n) { return random_() % n; }
  u64 any() { return below(values_.size()); }
  void put(Value v, Node* node) {
    u64 i = any();
    values_[i] = v;
    nodes_[i] = node;
  }

  void step() {
    switch (below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return make_cons();
      case 4:
      case 5:
        return make_vector();
      case 6: {
        u64 i = any();
        Node* node = make(Node::Sort::box);
        node->children = {nodes_[i]};
        return put(heap_.make_box(values_[i]), node);
      }
      case 7:
        return make_text();
      case 8: {
        Node* node = make(Node::Sort::number);
        node->keys = {i64(random_() >> 1 | u64{1} << 62)};
        return put(heap_.make_unsigned(u64(node->keys[0])), node);
      }
      case 9:
        return put(make_table(heap_), make(Node::Sort::table));
      case 10:
      case 11:
      case 12:
        return store();
      case 13:
        return put(Value::integer(i64(below(100))), leaf(Value::nil())), fix_leaves();
      case 14:
        return send_to_self();
      case 15:
        switch (below(12)) {
          case 0:
            return heap_.collect_minor();
          case 1:
            return heap_.collect_major();
          case 2:
            return heap_.compact_idle();
          default:
            return make_cons();
        }
    }
  }

  void fix_leaves() {
    for (u64 i = 0; i < values_.size(); ++i) {
      if (!values_[i].is_pointer()) nodes_[i] = leaf(values_[i]);
    }
  }

  void make_cons() {
    u64 i = any();
    u64 k = any();
    Node* node = make(Node::Sort::cons);
    node->children = {nodes_[i], nodes_[k]};
    put(heap_.cons(values_[i], values_[k]), node);
  }

  void make_vector() {
    // One object however large it is, which a program's vector is not.
    RootVector items(heap_);
    Node* node = make(Node::Sort::vector);
    u64 size = below(6) == 0 ? below(300) : below(6);
    for (u64 n = 0; n < size; ++n) {
      u64 i = any();
      items.push_back(values_[i]);
      node->children.push_back(nodes_[i]);
    }
    Object* object = heap_.try_allocate(Kind::vector, size);
    for (u32 n = 0; n < size; ++n) object->init(n, items[n]);
    put(Value::object(object, false), node);
  }

  void make_text() {
    Node* node = make(Node::Sort::text);
    node->text = std::string(below(100), char('a' + below(26)));
    put(heap_.make_string(node->text), node);
  }

  void store() {
    u64 target = any();
    u64 source = any();
    Node* node = nodes_[target];
    Value v = values_[target];
    if (node->sort == Node::Sort::box) {
      heap_.store(v.as_object(), 0, values_[source]);
      node->children[0] = nodes_[source];
    } else if (node->sort == Node::Sort::vector && !node->children.empty()) {
      u64 i = below(node->children.size());
      heap_.store(v.as_object(), u32(i), values_[source]);
      node->children[i] = nodes_[source];
    } else if (node->sort == Node::Sort::table) {
      change_table(target, source);
    }
  }

  void change_table(u64 target, u64 source) {
    Node* node = nodes_[target];
    i64 key = i64(below(40));
    auto place = std::find(node->keys.begin(), node->keys.end(), key);
    u64 i = u64(place - node->keys.begin());
    if (below(4) == 0) {
      EXPECT_EQ(table_delete(heap_, values_[target], Value::integer(key)),
                place != node->keys.end());
      if (place == node->keys.end()) return;
      node->keys.erase(place);
      node->children.erase(node->children.begin() + i64(i));
      return;
    }
    EXPECT_TRUE(table_set(heap_, values_[target], Value::integer(key), values_[source]));
    if (place == node->keys.end()) {
      node->keys.push_back(key);
      node->children.push_back(nodes_[source]);
    } else {
      node->children[i] = nodes_[source];
    }
  }

  /// A message is a copy: it must be a graph of its own that looks the same.
  void send_to_self() {
    u64 i = any();
    if (!values_[i].is_pointer() || below(4) != 0) return;
    Fragment* fragment = copy_out(heap_, values_[i]);
    ASSERT_NE(fragment, nullptr);
    if (fragment->words > 4000) return free_fragment(fragment);
    // Small messages lose sharing that no program can observe, so only the size is compared;
    // fragment.test.cpp looks closer.
    heap_.adopt(fragment, below(2) == 0);
    if (fragment->pinned) {
      if (below(2) == 0) heap_.collect_minor();
      heap_.unpin(fragment);
    }
  }

  TestWorld world_;
  Heap heap_;
  RootVector values_;
  std::vector<Node*> nodes_;
  std::vector<std::unique_ptr<Node>> all_;
  std::mt19937_64 random_;
};

TEST(Collector, RandomGraphsSurvive) {
  for (u64 seed = 1; seed <= 10; ++seed) {
    HeapOptions options;
    options.validate = true;
    Twin(options, seed).run(3000);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

TEST(Collector, RandomGraphsSurviveACollectionAtEveryAllocation) {
  for (u64 seed = 1; seed <= 4; ++seed) {
    Twin(TestWorld::stressed(1), seed).run(600);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

TEST(Collector, RandomGraphsSurviveACollectionAtEverySeventhAllocation) {
  for (u64 seed = 1; seed <= 6; ++seed) {
    Twin(TestWorld::stressed(7), seed).run(1500);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

/// Two lists whose cells were allocated in turn: most cells have the next one beside them
/// afterwards, so that going along a list reads memory in order.
TEST(Collector, CellsOfAListStandTogetherAfterACollection) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root one(heap, Value::empty_list());
  Root other(heap, Value::empty_list());
  for (int i = 0; i < 1000; ++i) {
    one = heap.cons(Value::integer(i), one);
    other = heap.cons(one, other);
  }
  heap.collect_major();
  for (Value list : {one.get(), other.get()}) {
    int together = 0;
    for (int i = 1; i < 1000; ++i) {
      Cons* cell = list.as_cons();
      list = cell->tail;
      together += list.as_cons() == cell + 1;
    }
    EXPECT_GE(together, 700);
  }
  EXPECT_EQ(other.get().as_cons()->head, one.get()) << "what is shared stays so";
}

TEST(Collector, MajorCollectionsAreRareWhileAHeapGrows) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root list(heap, Value::empty_list());
  for (int i = 0; i < 2'000'000; ++i) list = heap.cons(Value::integer(i), list);
  EXPECT_LT(world.environment.totals.major_collections.load(), 25u);
  // Each word is copied a bounded number of times.
  EXPECT_LT(world.environment.totals.copied_bytes.load(), u64{2'000'000} * 16 * 5);
}

TEST(Collector, GarbageCostsNothingToCollect) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  for (int i = 0; i < 1'000'000; ++i) heap.cons(Value::integer(i), Value::nil());
  EXPECT_LT(world.environment.totals.copied_bytes.load(), 4096u);
  EXPECT_LT(heap.bytes(), u64{1} << 20);
}

/// With hardly any room left, what is alive may nearly fill the block that lay ready.
TEST(Collector, ABlockThatJustFitsIsFilledToItsEnd) {
  constexpr u64 block = 7 * 16384;
  if (!is_mapped(block)) GTEST_SKIP() << "skipped: no mappings under AddressSanitizer";
  TestWorld world(HeapOptions{}, u64{256} << 20);
  Heap heap(world.environment, nullptr);
  Root list(heap, Value::empty_list());
  for (int i = 0; i < 50'000; i++) list = heap.cons(Value::integer(i), list);
  for (int round = 0; round < 4; round++) {
    MemoryAccount& account = world.account;
    u64 filling = account.room_to_collect() - (heap.used_words() + 1000) * 8;
    account.add(filling);
    world.environment.blocks.give(allocate_block(block), block);
    heap.collect_major();
    account.remove(filling);
    ASSERT_EQ(validate(heap), "");
  }
  EXPECT_TRUE(heap.is_old(list.get().as_cons()));
  // Young things in old slots are found, too.
  Cons* oldest = list.get().as_cons();
  heap.store_slot(&oldest->head, heap.cons(Value::integer(7), Value::empty_list()));
  heap.collect_minor();
  EXPECT_EQ(validate(heap), "");
  EXPECT_EQ(list.get().as_cons()->head.as_cons()->head, Value::integer(7));
}

}  // namespace
}  // namespace lithe::heap
