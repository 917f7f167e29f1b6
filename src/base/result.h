// A value or an Error. Exceptions do not cross a room boundary; this is what does.
//
// g++ 12 has no std::expected in C++20 mode, so this is ours, small, and replaceable.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace sennit {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    SENNIT_CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    SENNIT_CHECK(ok());
    return std::get<0>(state_);
  }
  // By value, so that `for (x : load().value())` does not walk a list that is gone already.
  T value() && {
    SENNIT_CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    SENNIT_CHECK(!ok());
    return std::get<1>(state_);
  }
  Error error() && {
    SENNIT_CHECK(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }

  const Error& error() const& {
    SENNIT_CHECK(!ok());
    return *error_;
  }
  Error error() && {
    SENNIT_CHECK(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

// Drops a result on purpose; `reason` is for the reader, and makes every such place searchable.
template <class T>
void ignore(const Result<T>& /*dropped*/, std::string_view /*reason*/) {}

}  // namespace sennit

#define SENNIT_CONCAT_(a, b) a##b
#define SENNIT_CONCAT(a, b) SENNIT_CONCAT_(a, b)

// Returns the error of `expression` (a Result<void>) to the caller, if there is one.
#define SENNIT_TRY(expression)                           \
  do {                                                   \
    if (auto sennit_try_ = (expression); !sennit_try_) { \
      return std::move(sennit_try_).error();             \
    }                                                    \
  } while (false)

// SENNIT_ASSIGN(const int fd, open_it()): declares or assigns the value, or returns the error to the caller.
#define SENNIT_ASSIGN(lhs, expression) SENNIT_ASSIGN_(SENNIT_CONCAT(sennit_result_, __LINE__), lhs, expression)
#define SENNIT_ASSIGN_(result, lhs, expression)  \
  auto result = (expression);                    \
  if (!result) return std::move(result).error(); \
  lhs = std::move(result).value()
