// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"

namespace lithe::base {

/// An error on its way into a Result; made by failure().
template <class E>
struct Failure {
  E error;
};

template <class E>
Failure<std::decay_t<E>> failure(E&& error) {
  return {std::forward<E>(error)};
}

/// A T or an E. Made from a T, or from base::failure(e). Reading the wrong side aborts.
template <class T, class E>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(T value) : ok_(true) { std::construct_at(&value_, std::move(value)); }
  template <class F>
  Result(Failure<F> f) : ok_(false) {
    std::construct_at(&error_, std::move(f.error));
  }
  Result(const Result& other) : ok_(other.ok_) {
    if (ok_) {
      std::construct_at(&value_, other.value_);
    } else {
      std::construct_at(&error_, other.error_);
    }
  }
  Result(Result&& other) noexcept : ok_(other.ok_) {
    if (ok_) {
      std::construct_at(&value_, std::move(other.value_));
    } else {
      std::construct_at(&error_, std::move(other.error_));
    }
  }
  Result& operator=(Result other) noexcept {
    std::destroy_at(this);
    std::construct_at(this, std::move(other));
    return *this;
  }
  ~Result() {
    if (ok_) {
      std::destroy_at(&value_);
    } else {
      std::destroy_at(&error_);
    }
  }

  explicit operator bool() const { return ok_; }

  T& value() & { return checked(); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(checked()); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &value(); }

  E& error() & { return checked_error(); }
  const E& error() const& { return const_cast<Result*>(this)->checked_error(); }
  E&& error() && { return std::move(checked_error()); }

 private:
  T& checked() {
    LITHE_CHECK(ok_);
    return value_;
  }
  E& checked_error() {
    LITHE_CHECK(!ok_);
    return error_;
  }

  union {
    T value_;
    E error_;
  };
  bool ok_;
};

/// Success without a value: `return {};`.
template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  Result() : inner_(Nothing{}) {}
  template <class F>
  Result(Failure<F> f) : inner_(std::move(f)) {}

  explicit operator bool() const { return bool(inner_); }
  E& error() & { return inner_.error(); }
  const E& error() const& { return inner_.error(); }
  E&& error() && { return std::move(inner_).error(); }

 private:
  struct Nothing {};
  Result<Nothing, E> inner_;
};

}  // namespace lithe::base
