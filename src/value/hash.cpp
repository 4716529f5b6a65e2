// SPDX-License-Identifier: Apache-2.0
#include "value/hash.hpp"

#include <bit>
#include <cmath>
#include <vector>

#include "base/hash.hpp"
#include "value/bigint.hpp"
#include "value/off_heap.hpp"
#include "value/small_stack.hpp"
#include "value/text.hpp"
#include "value/tree.hpp"

namespace lithe::value {

namespace {

/// How many leaves and how many bytes of a text count.
constexpr u32 leaf_budget = 512;
constexpr u64 text_budget = 4096;

u64 hash_float(double d) {
  if (d >= double(Value::integer_min) && d <= double(Value::integer_max) && d == std::trunc(d)) {
    return base::mix(Value::integer(i64(d)).bits());
  }
  return base::mix(std::bit_cast<u64>(d));
}

u64 hash_text(std::string_view text) {
  if (text.size() <= text_budget) return base::hash_bytes(text);
  u64 start = base::hash_bytes(text.substr(0, text_budget / 2), text.size());
  return base::hash_bytes(text.substr(text.size() - text_budget / 2), start);
}

/// Hashes one node and puts off what is in it.
class Hashing {
 public:
  u64 run(Value v) {
    u64 hash = node(v);
    u32 left = leaf_budget;
    while (!parts_.empty() && left-- > 0) {
      Part& part = parts_.top();
      Value next;
      if (part.v.is_cons()) {
        next = part.v.as_cons()->head;
        part.v = part.v.as_cons()->tail;
        if (!part.v.is_cons()) {
          Value end = part.v;
          parts_.pop();
          if (!end.is_empty_list()) parts_.push({end, one});
        }
      } else if (part.index == one) {
        next = part.v;
        parts_.pop();
      } else if (part.index == tree_part) {
        if (!cursors_.back().next(next)) {
          cursors_.pop_back();
          parts_.pop();
          continue;
        }
      } else {
        next = part.v.as_object()->get(part.index++);
        if (part.index == part.v.as_object()->size()) parts_.pop();
      }
      hash = base::hash_combine(hash, node(next));
    }
    return hash;
  }

 private:
  struct Part {
    Value v;
    u32 index;
  };
  static constexpr u32 one = 0xFFFF'FFFF;        ///< the part is a value, not what is in it
  static constexpr u32 tree_part = 0xFFFF'FFFE;  ///< cursors_ has the place

  u64 node(Value v) {
    if (v.is_float()) return hash_float(v.as_float());
    if (v.is_cons()) {
      parts_.push({v, 0});
      return u64(Value::Tag::shared_cons);
    }
    if (!v.is_object()) return base::mix(v.bits());
    const Object* o = v.as_object();
    u64 kind = base::mix(u64(o->kind()));
    switch (o->kind()) {
      case Kind::bigint:
        return hash_integer(IntegerView(v));
      case Kind::string:
      case Kind::long_string:
        return hash_text(text(o));
      case Kind::ref:
        return base::hash_combine(kind, o->words()[0]);
      case Kind::handle:
        return base::hash_combine(kind, o->words()[2]);
      case Kind::closure:
        return base::hash_combine(kind, o->words()[0]);
      case Kind::vector:
      case Kind::map:
      case Kind::set:
        if (is_tree(o)) {
          parts_.push({v, tree_part});
          cursors_.emplace_back(o);
        } else if (o->size() > 0) {
          parts_.push({v, 0});
        }
        return base::hash_combine(kind, word_count(o));
      case Kind::error:
        parts_.push({o->get(0), one});
        parts_.push({o->get(1), one});
        return kind;
      case Kind::buffer:
      case Kind::table:
      case Kind::box:
      case Kind::table_slots:
      case Kind::node:
        return kind;
      case Kind::record_type:
        return hash_text(text(o->get(0)));
      case Kind::record:
        parts_.push({v, 0});
        return base::hash_combine(kind, o->size());
    }
    LITHE_UNREACHABLE();
  }

  SmallStack<Part, 16> parts_;
  std::vector<WordCursor> cursors_;  ///< of the tree parts, in their order
};

}  // namespace

u64 hash(Value v) {
  // What keys mostly are.
  if (!v.is_pointer() && !v.is_float()) return base::mix(v.bits());
  if (is_string(v)) return hash_text(text(v));
  return Hashing().run(v);
}

}  // namespace lithe::value
