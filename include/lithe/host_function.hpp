// SPDX-License-Identifier: Apache-2.0
#pragma once

// Functions of the host that Lithe programs call.

#include <array>
#include <concepts>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>

#include "lithe/convert.hpp"
#include "lithe/value.hpp"

namespace lithe {

/// What a call of a function may do. The program's own effects are inferred from it, and a pure
/// function's calls may be left out or made once for several.
enum class Effect : std::uint8_t {
  pure,   ///< no side effect, and the result depends on the arguments alone
  sync,   ///< may have side effects, never waits
  async,  ///< may wait: Runtime::define_async
};

/// How many arguments a function takes.
struct Arity {
  int least = 0;
  int most = 0;  ///< -1: any number
  constexpr Arity() = default;
  constexpr Arity(int exactly) : least(exactly), most(exactly) {}
  constexpr Arity(int least, int most) : least(least), most(most) {}
  static constexpr Arity at_least(int least) { return {least, -1}; }
};

struct Signature {
  Effect effect = Effect::sync;
  Arity arity = {};
  std::string doc = {};  ///< what (doc name) gives
};

/// A Value, or an Error, which is raised in the program under its kind. An exception that it
/// throws is raised as one of kind host-error.
using HostFunction = std::function<Result<Value>(std::span<const Value> arguments)>;

/// The promise to answer one call of an async function. Copies stand for the same promise; when
/// the last one goes unanswered, the call fails with host-error. Any thread.
class Completion {
 public:
  /// => false: it was answered before, or nobody waits any more.
  bool complete(Value result) const;
  bool fail(Error error) const;

  struct Promise;
  explicit Completion(std::shared_ptr<Promise> promise) : promise_(std::move(promise)) {}

 private:
  std::shared_ptr<Promise> promise_;
};

/// Starts something and returns; `completion` answers the call, at once or later. An exception
/// fails it.
using AsyncFunction = std::function<void(std::span<const Value> arguments, Completion completion)>;

// -- Functions of C++ types, for Runtime::define -------------------------------------------------

template <class T>
struct IsResult : std::false_type {};
template <class T>
struct IsResult<Result<T>> : std::true_type {
  using Inner = T;
};

template <class F>
struct CallableTypes : CallableTypes<decltype(&F::operator())> {};
template <class R, class... A>
struct CallableTypes<R (*)(A...)> {
  using Returned = R;
  using Arguments = std::tuple<std::decay_t<A>...>;
};
template <class C, class R, class... A>
struct CallableTypes<R (C::*)(A...)> : CallableTypes<R (*)(A...)> {};
template <class C, class R, class... A>
struct CallableTypes<R (C::*)(A...) const> : CallableTypes<R (*)(A...)> {};

template <class F>
inline constexpr std::size_t typed_arity = std::tuple_size_v<typename CallableTypes<F>::Arguments>;

/// What a function of C++ types returned, as a host function's answer.
template <class F, class... A>
Result<Value> answer_of(F& function, A&&... arguments) {
  using R = typename CallableTypes<F>::Returned;
  if constexpr (std::is_void_v<R>) {
    function(std::forward<A>(arguments)...);
    return Value::nil();
  } else if constexpr (std::is_same_v<R, Status>) {
    R result = function(std::forward<A>(arguments)...);
    if (!result) return result.error();
    return Value::nil();
  } else if constexpr (IsResult<R>::value) {
    R result = function(std::forward<A>(arguments)...);
    if (!result) return result.error();
    return to_value(std::move(*result));
  } else {
    return to_value(function(std::forward<A>(arguments)...));
  }
}

/// Converts the arguments; the first that does not fit is the error.
template <class F>
HostFunction typed_function(F function) {
  return [function = std::move(function)](std::span<const Value> given) mutable -> Result<Value> {
    return [&]<std::size_t... i>(std::index_sequence<i...>) -> Result<Value> {
      using Arguments = typename CallableTypes<F>::Arguments;
      std::tuple<Result<std::tuple_element_t<i, Arguments>>...> converted{
          Convert<std::tuple_element_t<i, Arguments>>::from(
              given[i], "argument " + std::to_string(i + 1))...};
      const Error* wrong = nullptr;
      ((wrong = !wrong && !std::get<i>(converted) ? &std::get<i>(converted).error() : wrong), ...);
      if (wrong) return Error{"type", wrong->message};
      return answer_of(function, std::move(*std::get<i>(converted))...);
    }(std::make_index_sequence<typed_arity<F>>{});
  };
}

}  // namespace lithe
