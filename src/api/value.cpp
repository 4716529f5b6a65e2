// SPDX-License-Identifier: Apache-2.0

#include "lithe/value.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <iterator>

namespace lithe {

/// What does not fit a Value itself. Never changed once it is shared.
struct Value::Node {
  std::string text;
  std::vector<Value> items;
  Identity identity;
  Element element = Element::u8;
  std::unique_ptr<std::byte[]> bytes;  ///< of a buffer
  std::size_t byte_count = 0;

  Node(Element element, const void* data, std::size_t count)
      : element(element), bytes(new std::byte[count]), byte_count(count) {
    if (count > 0) std::memcpy(bytes.get(), data, count);
  }
  explicit Node(std::string text) : text(std::move(text)) {}
  explicit Node(std::vector<Value> items) : items(std::move(items)) {}
  explicit Node(Identity identity) : identity(identity) {}
  Node(std::string text, std::vector<Value> items)
      : text(std::move(text)), items(std::move(items)) {}

  /// Data may be nested deeper than the stack is: what nobody else has goes in a loop.
  ~Node() {
    std::vector<Value> waiting = std::move(items);
    while (!waiting.empty()) {
      Value v = std::move(waiting.back());
      waiting.pop_back();
      if (!v.node_ || v.node_.use_count() != 1) continue;
      auto& parts = const_cast<Node&>(*v.node_).items;
      for (Value& part : parts) waiting.push_back(std::move(part));
      parts.clear();
    }
  }
};

Value::Value(Kind kind, std::shared_ptr<const Node> node)
    : kind_(kind), integer_(0), node_(std::move(node)) {}

Value Value::boolean(bool b) {
  Value v;
  v.kind_ = Kind::boolean;
  v.integer_ = b;
  return v;
}

Value Value::integer(std::int64_t i) {
  Value v;
  v.kind_ = Kind::integer;
  v.integer_ = i;
  return v;
}

Value Value::big_integer(std::string digits) {
  std::int64_t small = 0;
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), small);
  bool fits = problem == std::errc() && end == digits.data() + digits.size();
  if (fits) return integer(small);
  return {Kind::big_integer, std::make_shared<Node>(std::move(digits))};
}

Value Value::number(double d) {
  Value v;
  v.kind_ = Kind::number;
  v.number_ = d;
  return v;
}

Value Value::string(std::string utf8) {
  return {Kind::string, std::make_shared<Node>(std::move(utf8))};
}
Value Value::symbol(std::string name) {
  return {Kind::symbol, std::make_shared<Node>(std::move(name))};
}
Value Value::keyword(std::string name) {
  return {Kind::keyword, std::make_shared<Node>(std::move(name))};
}
Value Value::list(std::vector<Value> items) {
  return {Kind::list, std::make_shared<Node>(std::move(items))};
}
Value Value::vector(std::vector<Value> items) {
  return {Kind::vector, std::make_shared<Node>(std::move(items))};
}
Value Value::map(std::vector<Value> keys_and_values) {
  return {Kind::map, std::make_shared<Node>(std::move(keys_and_values))};
}
Value Value::set(std::vector<Value> elements) {
  return {Kind::set, std::make_shared<Node>(std::move(elements))};
}
Value Value::error(std::string kind, std::string message, Value data) {
  std::vector<Value> parts{string(std::move(message)), std::move(data)};
  return {Kind::error, std::make_shared<Node>(std::move(kind), std::move(parts))};
}
Value Value::pid(Pid pid) { return {Kind::pid, std::make_shared<Node>(pid)}; }
Value Value::ref(Identity ref) { return {Kind::ref, std::make_shared<Node>(ref)}; }
Value Value::buffer_of(Element element, const void* data, std::size_t bytes) {
  return {Kind::buffer, std::make_shared<Node>(element, data, bytes)};
}
Value Value::other(std::string text) {
  return {Kind::other, std::make_shared<Node>(std::move(text))};
}

std::string_view Value::text() const { return node_ ? std::string_view(node_->text) : ""; }

const std::vector<Value>& Value::items() const {
  static const std::vector<Value> none;
  return node_ ? node_->items : none;
}

Identity Value::identity() const { return node_ ? node_->identity : Identity{}; }

Element Value::element() const { return node_ ? node_->element : Element::u8; }

std::span<const std::byte> Value::bytes() const {
  if (!node_) return {};
  return {node_->bytes.get(), node_->byte_count};
}

const Value* Value::find(const Value& key) const {
  if (kind_ != Kind::map) return nullptr;
  const std::vector<Value>& pairs = items();
  for (std::size_t i = pairs.size() & ~std::size_t{1}; i > 0; i -= 2) {
    if (pairs[i - 2] == key) return &pairs[i - 1];
  }
  return nullptr;
}

namespace {

bool same_number(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b);
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  std::vector<std::pair<const Value*, const Value*>> waiting{{&a, &b}};
  while (!waiting.empty()) {
    auto [left, right] = waiting.back();
    waiting.pop_back();
    if (left->kind_ != right->kind_) return false;
    if (left->kind_ == Value::Kind::number) {
      if (!same_number(left->number_, right->number_)) return false;
      continue;
    }
    if (!left->node_ || !right->node_) {
      if (left->integer_ != right->integer_) return false;
      continue;
    }
    if (left->node_ == right->node_) continue;
    const Value::Node& first = *left->node_;
    const Value::Node& second = *right->node_;
    if (first.text != second.text || first.identity != second.identity ||
        first.items.size() != second.items.size() || first.element != second.element ||
        !std::ranges::equal(left->bytes(), right->bytes())) {
      return false;
    }
    for (std::size_t i = 0; i < first.items.size(); i++) {
      waiting.push_back({&first.items[i], &second.items[i]});
    }
  }
  return true;
}

const char* Value::describe(Kind kind) {
  constexpr const char* names[] = {
      "nil",
      "a boolean",
      "an integer",
      "an integer of more than 64 bits",
      "a float",
      "a string",
      "a symbol",
      "a keyword",
      "a list",
      "a vector",
      "a map",
      "a set",
      "an error",
      "a pid",
      "a ref",
      "a buffer",
      "something that stays in its runtime",
  };
  static_assert(std::size(names) == std::size_t(Kind::other) + 1);
  return names[std::size_t(kind)];
}

}  // namespace lithe
