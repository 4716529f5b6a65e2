// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values of Lithe as a host program holds them: copies in its own memory, which no collection
// moves. A Value is immutable; copying one is cheap, and copies may be used by several threads.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lithe {

/// What went wrong. The kinds are those of the language (`type`, `arity`, `unbound`, …) and
///   host-error    a host function failed or threw
///   convert       a value is not what the host asked for, or cannot be given to a runtime
///   re-entry      a host function or a sink asked the runtime for what only the outside may
///   wrong-thread  another thread is using the runtime
///   ended         the program has ended: nothing can be run any more
///   stalled       every process waits for something that cannot come
///   timeout       it did not come in time
///   time-limit    the call ran longer than Options::max_time; what it started has been ended
///   out-of-memory Options::max_memory_bytes or another limit was passed; so has it then
///   limit         there are too many processes, or the system has no more threads
struct Error {
  std::string kind;
  std::string message;
  /// As the command prints it, with its place in the source; empty if it has none.
  std::string diagnostic = {};
};

/// A T or an Error. Asking for the side that is not there ends the program.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}
  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return *checked(std::get_if<0>(&content_)); }
  const T& value() const& { return *checked(std::get_if<0>(&content_)); }
  T value() && { return std::move(value()); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return *checked(std::get_if<1>(&content_)); }

 private:
  template <class P>
  static P* checked(P* side) {
    if (!side) std::abort();
    return side;
  }
  std::variant<T, Error> content_;
};

/// Nothing, or an Error.
using Status = Result<std::monostate>;
inline Status done() { return std::monostate{}; }

/// What a buffer holds.
enum class Element : std::uint8_t { u8, i32, i64, f32, f64 };

/// The Element of a C++ type.
template <class T>
inline constexpr bool is_element =
    std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::int32_t> ||
    std::is_same_v<T, std::int64_t> || std::is_same_v<T, float> || std::is_same_v<T, double>;
template <class T>
  requires is_element<T>
constexpr Element element_of() {
  if (std::is_same_v<T, std::uint8_t>) return Element::u8;
  if (std::is_same_v<T, std::int32_t>) return Element::i32;
  if (std::is_same_v<T, std::int64_t>) return Element::i64;
  return std::is_same_v<T, float> ? Element::f32 : Element::f64;
}

/// A process, or a reference made by (make-ref). Means something to one runtime alone.
struct Identity {
  std::uint64_t number = 0;
  std::uint64_t runtime = 0;
  friend bool operator==(const Identity&, const Identity&) = default;
};
struct Pid : Identity {};

class Value {
 public:
  enum class Kind : std::uint8_t {
    nil,
    boolean,
    integer,      ///< fits 64 bits
    big_integer,  ///< does not: its decimal text
    number,       ///< a float
    string,       ///< UTF-8
    symbol,
    keyword,  ///< text without the colon
    list,
    vector,
    map,    ///< items: key, value, key, value …, by the language's order of keys when it comes
            ///< from a runtime; a table comes out as one
    set,    ///< items: elements, in that order too
    error,  ///< text: its kind; items: message, data
    pid,
    ref,
    buffer,  ///< a typed array: a copy of it
    other,   ///< a function or something else that stays inside; text: as it prints
  };

  Value() noexcept : kind_(Kind::nil), integer_(0) {}
  static Value nil() { return {}; }
  static Value boolean(bool b);
  static Value integer(std::int64_t i);
  /// Decimal digits, a minus sign in front or not. What fits 64 bits becomes an integer; other
  /// text is a Value that no runtime takes.
  static Value big_integer(std::string digits);
  static Value number(double d);
  static Value string(std::string utf8);
  static Value symbol(std::string name);
  static Value keyword(std::string name);
  static Value list(std::vector<Value> items);
  static Value vector(std::vector<Value> items);
  /// Keys and values alternate. Of an equal key the last value counts.
  static Value map(std::vector<Value> keys_and_values);
  /// Of equal elements the last counts.
  static Value set(std::vector<Value> elements);
  static Value error(std::string kind, std::string message, Value data = {});
  static Value pid(Pid pid);
  static Value ref(Identity ref);
  /// A copy of the elements.
  template <class T>
    requires is_element<T>
  static Value buffer(std::span<const T> elements) {
    return buffer_of(element_of<T>(), elements.data(), elements.size_bytes());
  }
  static Value other(std::string text);

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_nil() const { return kind_ == Kind::nil; }
  /// As a test of the language sees it: all but false and nil.
  bool truthy() const { return kind_ != Kind::nil && (kind_ != Kind::boolean || integer_ != 0); }

  // Each gives what a Value of the kind holds, and something empty for other kinds.
  bool as_boolean() const { return kind_ == Kind::boolean && integer_ != 0; }
  std::int64_t as_integer() const { return kind_ == Kind::integer ? integer_ : 0; }
  double as_number() const { return kind_ == Kind::number ? number_ : 0; }
  /// Of string, symbol, keyword, big_integer, error (its kind), other.
  std::string_view text() const;
  /// Of list, vector, map, set, error.
  const std::vector<Value>& items() const;
  Identity identity() const;
  /// Of a buffer; u8 for other kinds.
  Element element() const;
  /// The elements of a buffer of Ts; empty for other kinds and buffers of something else. They live
  /// as long as the Value or a copy of it.
  template <class T>
    requires is_element<T>
  std::span<const T> elements() const {
    if (kind_ != Kind::buffer || element() != element_of<T>()) return {};
    std::span<const std::byte> bytes = this->bytes();
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  /// The elements of a buffer as they lie in memory.
  std::span<const std::byte> bytes() const;

  /// The value of a key of a map; null if there is none, or this is no map.
  const Value* find(const Value& key) const;

  /// The same kind and content, a map's and a set's in the same order; 1 and 1.0 differ here, and a
  /// NaN equals itself.
  friend bool operator==(const Value& a, const Value& b);

  /// The name of a kind as messages have it: "an integer".
  static const char* describe(Kind kind);

 private:
  struct Node;
  friend struct BufferMaker;  // makes them of elements that are known by an Element alone
  static Value buffer_of(Element element, const void* data, std::size_t bytes);
  Value(Kind kind, std::shared_ptr<const Node> node);

  Kind kind_;
  union {
    std::int64_t integer_;
    double number_;
  };
  std::shared_ptr<const Node> node_;
};

}  // namespace lithe
