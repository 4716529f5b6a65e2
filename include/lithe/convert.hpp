// SPDX-License-Identifier: Apache-2.0
#pragma once

// Between Values and C++ types, both ways:
//
//     lithe::Result<double> d = lithe::from_value<double>(value);
//     lithe::Value v = lithe::to_value(std::vector<int>{1, 2, 3});
//
//     bool                          a boolean
//     integer types                 an integer in their range; never a float
//     double, float                 any number
//     std::string, string_view      a string (views only into Values)
//     std::vector<T>                a list; from a vector, too, and from a buffer of Ts
//     Buffer<T>                     a buffer of Ts
//     std::optional<T>              nil or a T
//     std::map<K, T>                a map
//     Pid, Value                    themselves
//
// For a type of your own, specialize lithe::Convert.

#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lithe/value.hpp"

namespace lithe {

/// from: `where` stands in messages: the place of the Value in what is converted.
template <class T>
struct Convert;

template <class T>
Result<T> from_value(const Value& value) {
  return Convert<T>::from(value, "the value");
}
template <class T>
Value to_value(T&& x) {
  return Convert<std::decay_t<T>>::to(std::forward<T>(x));
}

/// As (buffer/create :f64 n) has it: ":f64".
std::string_view element_name(Element element);

/// The error of a Value that is not what was expected.
Error expected(std::string_view what, const Value& given, std::string_view where);

template <>
struct Convert<Value> {
  static Result<Value> from(const Value& value, std::string_view) { return value; }
  static Value to(Value value) { return value; }
};

template <>
struct Convert<bool> {
  static Result<bool> from(const Value& value, std::string_view where) {
    if (value.is(Value::Kind::boolean)) return value.as_boolean();
    return expected("a boolean", value, where);
  }
  static Value to(bool b) { return Value::boolean(b); }
};

template <std::integral T>
struct Convert<T> {
  static Result<T> from(const Value& value, std::string_view where) {
    if (value.is(Value::Kind::integer) && std::in_range<T>(value.as_integer())) {
      return static_cast<T>(value.as_integer());
    }
    if constexpr (std::unsigned_integral<T> && sizeof(T) == 8) {
      if (value.is(Value::Kind::big_integer)) {
        if (std::optional<std::uint64_t> large = large_unsigned(value.text())) return T(*large);
      }
    }
    return expected("an integer from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
                        std::to_string(std::numeric_limits<T>::max()),
                    value, where);
  }
  static Value to(T i) {
    if (std::in_range<std::int64_t>(i)) return Value::integer(std::int64_t(i));
    return Value::big_integer(std::to_string(i));
  }

 private:
  static std::optional<std::uint64_t> large_unsigned(std::string_view digits) {
    std::uint64_t sum = 0;
    for (char digit : digits) {
      std::uint64_t next = 0;
      if (digit < '0' || digit > '9' || __builtin_mul_overflow(sum, 10, &next) ||
          __builtin_add_overflow(next, std::uint64_t(digit - '0'), &sum)) {
        return std::nullopt;
      }
    }
    return sum;
  }
};

template <std::floating_point T>
struct Convert<T> {
  static Result<T> from(const Value& value, std::string_view where) {
    if (value.is(Value::Kind::number)) return T(value.as_number());
    if (value.is(Value::Kind::integer)) return T(value.as_integer());
    if (value.is(Value::Kind::big_integer)) return T(std::strtod(value.text().data(), nullptr));
    return expected("a number", value, where);
  }
  static Value to(T d) { return Value::number(double(d)); }
};

template <>
struct Convert<std::string> {
  static Result<std::string> from(const Value& value, std::string_view where) {
    if (value.is(Value::Kind::string)) return std::string(value.text());
    return expected("a string", value, where);
  }
  static Value to(std::string text) { return Value::string(std::move(text)); }
};

/// A view dies with the last copy of its Value.
template <>
struct Convert<std::string_view> {
  static Result<std::string_view> from(const Value& value, std::string_view where) {
    if (value.is(Value::Kind::string)) return value.text();
    return expected("a string", value, where);
  }
  static Value to(std::string_view text) { return Value::string(std::string(text)); }
};

template <>
struct Convert<const char*> {
  static Value to(const char* text) { return Value::string(text); }
};

template <>
struct Convert<Pid> {
  static Result<Pid> from(const Value& value, std::string_view where) {
    if (value.is(Value::Kind::pid)) return Pid{value.identity()};
    return expected("a pid", value, where);
  }
  static Value to(Pid pid) { return Value::pid(pid); }
};

/// Elements that become a buffer, where a std::vector alone becomes a list.
template <class T>
  requires is_element<T>
struct Buffer {
  std::vector<T> elements;
};

template <class T>
struct Convert<Buffer<T>> {
  static Result<Buffer<T>> from(const Value& value, std::string_view where) {
    if (!value.is(Value::Kind::buffer) || value.element() != element_of<T>()) {
      return expected("a buffer of " + std::string(element_name(element_of<T>())), value, where);
    }
    std::span<const T> elements = value.template elements<T>();
    return Buffer<T>{{elements.begin(), elements.end()}};
  }
  static Value to(const Buffer<T>& buffer) {
    return Value::buffer(std::span<const T>(buffer.elements));
  }
};

template <class T>
struct Convert<std::vector<T>> {
  static Result<std::vector<T>> from(const Value& value, std::string_view where) {
    if constexpr (is_element<T>) {
      if (value.is(Value::Kind::buffer) && value.element() == element_of<T>()) {
        std::span<const T> elements = value.template elements<T>();
        return std::vector<T>(elements.begin(), elements.end());
      }
    }
    if (!value.is(Value::Kind::list) && !value.is(Value::Kind::vector)) {
      return expected("a list", value, where);
    }
    std::vector<T> made;
    made.reserve(value.items().size());
    for (const Value& item : value.items()) {
      Result<T> part = Convert<T>::from(
          item, "element " + std::to_string(made.size()) + " of " + std::string(where));
      if (!part) return part.error();
      made.push_back(std::move(*part));
    }
    return made;
  }
  static Value to(const std::vector<T>& items) {
    std::vector<Value> made;
    made.reserve(items.size());
    for (const auto& item : items) made.push_back(Convert<T>::to(item));
    return Value::list(std::move(made));
  }
};

template <class T>
struct Convert<std::optional<T>> {
  static Result<std::optional<T>> from(const Value& value, std::string_view where) {
    if (value.is_nil()) return std::optional<T>();
    Result<T> inner = Convert<T>::from(value, where);
    if (!inner) return inner.error();
    return std::optional<T>(std::move(*inner));
  }
  static Value to(const std::optional<T>& maybe) {
    return maybe ? Convert<T>::to(*maybe) : Value::nil();
  }
};

template <class K, class T>
struct Convert<std::map<K, T>> {
  static Result<std::map<K, T>> from(const Value& value, std::string_view where) {
    if (!value.is(Value::Kind::map)) return expected("a map", value, where);
    std::map<K, T> made;
    const std::vector<Value>& pairs = value.items();
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
      Result<K> key = Convert<K>::from(pairs[i], "a key of " + std::string(where));
      if (!key) return key.error();
      Result<T> item = Convert<T>::from(pairs[i + 1], "a value of " + std::string(where));
      if (!item) return item.error();
      made.insert_or_assign(std::move(*key), std::move(*item));
    }
    return made;
  }
  static Value to(const std::map<K, T>& map) {
    std::vector<Value> pairs;
    pairs.reserve(2 * map.size());
    for (const auto& [key, item] : map) {
      pairs.push_back(Convert<K>::to(key));
      pairs.push_back(Convert<T>::to(item));
    }
    return Value::map(std::move(pairs));
  }
};

}  // namespace lithe
