// SPDX-License-Identifier: Apache-2.0

#include "api/exchange.hpp"

#include <cstring>
#include <vector>

#include "base/utf8.hpp"
#include "heap/map.hpp"
#include "heap/numbers.hpp"
#include "value/bigint.hpp"
#include "value/number.hpp"
#include "value/object.hpp"
#include "value/off_heap.hpp"
#include "value/text.hpp"

namespace lithe {

struct BufferMaker {
  static Value make(Element element, const void* data, u64 bytes) {
    return Value::buffer_of(element, data, bytes);
  }
};

}  // namespace lithe

namespace lithe::api {

using Kind = Value::Kind;
using Inner = value::Value;
using Object = value::Kind;

namespace {

/// Bounds of what is taken out: a table that contains itself never ends.
constexpr u64 most_parts = 20'000'000;
constexpr u64 most_depth = 1'000'000;
constexpr u64 longest_other = 200;
constexpr u64 bytes_of_node = 128;  ///< what a Value with content takes beside it

constexpr Element element_of(value::ElementType type) {
  static_assert(u8(Element::u8) == u8(value::ElementType::u8_) &&
                u8(Element::i32) == u8(value::ElementType::i32_) &&
                u8(Element::i64) == u8(value::ElementType::i64_) &&
                u8(Element::f32) == u8(value::ElementType::f32_) &&
                u8(Element::f64) == u8(value::ElementType::f64_));
  return Element(type);
}

/// A value with parts of which some have been taken.
struct Open {
  Kind kind;
  std::string text;  // kind of an error
  std::vector<Inner> parts;
  std::vector<Value> taken;
};

class Taker {
 public:
  Taker(const Side& side, heap::Heap& heap) : side_(side), heap_(heap) {}

  Result<Value> take(Inner root) {
    heap::NoCollect region(heap_);
    Value made;
    if (start(root, made)) {
      if (bytes_ > side_.most_bytes) return too_large();
      return made;
    }
    while (!open_.empty()) {
      Open& top = open_.back();
      if (top.taken.size() < top.parts.size()) {
        if (++parts_ > most_parts || open_.size() > most_depth) return endless();
        if (bytes_ > side_.most_bytes) return too_large();
        // The reference to the top may die in start().
        Inner next = top.parts[top.taken.size()];
        if (start(next, made)) open_.back().taken.push_back(std::move(made));
        continue;
      }
      made = finish(top);
      open_.pop_back();
      if (open_.empty()) return made;
      open_.back().taken.push_back(std::move(made));
    }
    return made;
  }

 private:
  static Error endless() {
    return {"convert", "the value has more than 20,000,000 parts, or contains itself"};
  }
  Error too_large() const {
    return {"convert", "the value would take more than the " + std::to_string(side_.most_bytes) +
                           " bytes of the host's memory that it may (or contains itself)"};
  }
  /// What has been found and is yet to be taken counts, too: each part is looked at one by one.
  void count(const std::vector<Inner>& parts) {
    bytes_ += bytes_of_node + parts.size() * (sizeof(Value) + sizeof(Inner));
  }

  /// True: `out` is the whole of it. False: it is open.
  bool start(Inner v, Value& out) {
    if (v.is_cons()) return open_list(v);
    if (v.is_object()) return start_object(v, out);
    if (v.is_integer()) {
      out = Value::integer(v.as_integer());
    } else if (v.is_float()) {
      out = Value::number(v.as_float());
    } else if (v.is_nil()) {
      out = Value::nil();
    } else if (v.is_boolean()) {
      out = Value::boolean(v.truthy());
    } else if (v.is_empty_list()) {
      out = Value::list({});
    } else if (v.is_keyword()) {
      out = Value::keyword(std::string(side_.names.text(v.name())));
    } else if (v.is_sub(Inner::Sub::symbol)) {
      out = Value::symbol(std::string(side_.names.text(v.name())));
    } else if (v.is_pid()) {
      out = Value::pid({{v.bits(), side_.runtime}});
    } else {
      out = other(v);
    }
    return true;
  }

  bool start_object(Inner v, Value& out) {
    switch (v.as_object()->kind()) {
      case Object::bigint: {
        std::string digits;
        value::print_integer(value::IntegerView(v), 10, digits);
        out = Value::big_integer(std::move(digits));
        return true;
      }
      case Object::string:
      case Object::long_string:
        // What is too much is not copied: take() refuses the whole.
        bytes_ += bytes_of_node + value::text(v).size();
        if (bytes_ <= side_.most_bytes) out = Value::string(std::string(value::text(v)));
        return true;
      case Object::buffer: {
        const value::OffHeap* data = value::off_heap_of(v.as_object());
        bytes_ += bytes_of_node + data->bytes;
        if (bytes_ <= side_.most_bytes) {
          out = BufferMaker::make(element_of(data->type), data->data(), data->bytes);
        }
        return true;
      }
      case Object::ref:
        out = Value::ref({v.as_object()->words()[0], side_.runtime});
        return true;
      case Object::vector:
        open(Kind::vector, words_of(v));
        return false;
      case Object::set:
        open(Kind::set, words_of(v));
        return false;
      case Object::map:
      case Object::table: {
        heap::RootVector pairs(heap_);
        heap::sorted_pairs(heap_, v, pairs);
        open(Kind::map, {pairs.begin(), pairs.end()});
        return false;
      }
      case Object::error:
        return open_error(v);
      default:
        out = other(v);
        return true;
    }
  }

  void open(Kind kind, std::vector<Inner> parts) {
    count(parts);
    open_.push_back({kind, {}, std::move(parts), {}});
  }

  static std::vector<Inner> words_of(Inner v) {
    std::vector<Inner> words;
    value::WordCursor cursor(v.as_object());
    for (Inner word; cursor.next(word);) words.push_back(word);
    return words;
  }

  bool open_list(Inner v) {
    std::vector<Inner> items;
    for (; v.is_cons(); v = v.as_cons()->tail) items.push_back(v.as_cons()->head);
    open(Kind::list, std::move(items));
    return false;
  }

  bool open_error(Inner v) {
    const value::Object* error = v.as_object();
    Inner kind = error->get(0);
    std::string name(kind.is_keyword() ? side_.names.text(kind.name()) : "error");
    open(Kind::error, {error->get(1), error->get(2)});
    open_.back().text = std::move(name);
    return false;
  }

  Value finish(Open& open) {
    switch (open.kind) {
      case Kind::list:
        return Value::list(std::move(open.taken));
      case Kind::vector:
        return Value::vector(std::move(open.taken));
      case Kind::map:
        return Value::map(std::move(open.taken));
      case Kind::set:
        return Value::set(std::move(open.taken));
      default:
        return Value::error(std::move(open.text), std::string(open.taken[0].text()),
                            std::move(open.taken[1]));
    }
  }

  Value other(Inner v) {
    std::string text;
    value::print(v, side_.names, &side_.namer, text, {.max_bytes = longest_other});
    return Value::other(std::move(text));
  }

  const Side& side_;
  heap::Heap& heap_;
  u64 parts_ = 0;
  u64 bytes_ = 0;
  std::vector<Open> open_;
};

Error no_convert(std::string message) { return {"convert", std::move(message)}; }

bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  for (char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return !text.empty();
}

std::optional<Error> why_not_itself(u64 runtime, const Value& v) {
  switch (v.kind()) {
    case Kind::big_integer:
      if (is_decimal(v.text())) return std::nullopt;
      return no_convert("the text of an integer must be decimal digits");
    case Kind::string:
    case Kind::symbol:
    case Kind::keyword:
    case Kind::error:
      if (base::utf8::is_valid(v.text())) return std::nullopt;
      return no_convert("the text of " + std::string(Value::describe(v.kind())) + " must be UTF-8");
    case Kind::map:
      if (v.items().size() % 2 == 0) return std::nullopt;
      return no_convert("a map needs a value for each key");
    case Kind::pid:
    case Kind::ref:
      if (v.identity().runtime == runtime) return std::nullopt;
      return no_convert(std::string(Value::describe(v.kind())) +
                        " means something to its own runtime alone");
    case Kind::other:
      return no_convert("a runtime cannot be given " + std::string(v.text()));
    default:
      return std::nullopt;
  }
}

/// A host value of which some parts have been given; they are the last ones in `done`.
struct Giving {
  const Value* v;
  u64 next;
};

class Giver {
 public:
  Giver(const Side& side, heap::Heap& heap) : side_(side), heap_(heap), done_(heap) {}

  Inner give(const Value& root) {
    std::vector<Giving> open{{&root, 0}};
    while (!open.empty()) {
      Giving& top = open.back();
      const std::vector<Value>& parts = top.v->items();
      if (top.next < parts.size()) {
        open.push_back({&parts[top.next++], 0});
        continue;
      }
      Inner made = make(*top.v);
      if (made == Inner::error()) return made;
      done_.push_back(made);
      open.pop_back();
    }
    return done_.back();
  }

 private:
  /// Of a value whose parts are done: they are taken off.
  Inner make(const Value& v) {
    u64 count = v.items().size();
    Inner made = make_from(v, done_.span().last(count));
    for (u64 i = 0; i < count; i++) done_.pop_back();
    return made;
  }

  Inner make_from(const Value& v, std::span<Inner> parts) {
    switch (v.kind()) {
      case Kind::nil:
        return Inner::nil();
      case Kind::boolean:
        return Inner::boolean(v.as_boolean());
      case Kind::integer:
        return heap_.make_integer(v.as_integer());
      case Kind::big_integer:
        return heap::parse_integer(heap_, v.text(), 10);
      case Kind::number:
        return Inner::number(v.as_number());
      case Kind::string:
        return heap_.make_string(v.text());
      case Kind::symbol:
        return Inner::symbol(side_.names.intern(v.text()));
      case Kind::keyword:
        return Inner::keyword(side_.names.intern(v.text()));
      case Kind::list:
        return heap_.make_list(parts);
      case Kind::vector:
        return heap_.make_vector(parts);
      case Kind::map:
        return heap::make_map(heap_, parts, heap::Duplicates::last_wins).map;
      case Kind::set:
        return heap::make_set(heap_, parts);
      case Kind::error:
        return make_error(v, parts);
      case Kind::pid:
        return Inner::from_bits(v.identity().number);
      case Kind::ref:
        return heap_.make_ref(v.identity().number);
      case Kind::buffer:
        return make_buffer(v);
      case Kind::other:
        break;
    }
    return Inner::error();
  }

  Inner make_buffer(const Value& v) {
    auto type = value::ElementType(v.element());
    std::span<const std::byte> bytes = v.bytes();
    if (!heap_.has_room(bytes.size())) return Inner::error();
    auto* data = value::OffHeap::create_array(type, bytes.size() / value::element_bytes(type));
    if (!data) return Inner::error();
    if (!bytes.empty()) std::memcpy(data->data(), bytes.data(), bytes.size());
    return heap_.adopt_buffer(data, false);
  }

  Inner make_error(const Value& v, std::span<Inner> parts) {
    // The message as text outside the heap: making the error may collect.
    std::string message(v.items()[0].text());
    return heap_.make_error(Inner::keyword(side_.names.intern(v.text())), message, parts[1]);
  }

  const Side& side_;
  heap::Heap& heap_;
  heap::RootVector done_;
};

}  // namespace

Result<Value> take(const Side& side, heap::Heap& heap, Inner v) {
  return Taker(side, heap).take(v);
}

std::optional<Error> why_not(u64 runtime, const Value& root) {
  std::vector<const Value*> waiting{&root};
  while (!waiting.empty()) {
    const Value& v = *waiting.back();
    waiting.pop_back();
    if (auto problem = why_not_itself(runtime, v)) return problem;
    for (const Value& part : v.items()) waiting.push_back(&part);
  }
  return std::nullopt;
}

Inner give(const Side& side, heap::Heap& heap, const Value& v) { return Giver(side, heap).give(v); }

}  // namespace lithe::api
