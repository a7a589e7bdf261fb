// The outcome of fallible work: a value or an Error. We throw no exceptions.
#pragma once

#include <expected>

#include "base/error.h"

namespace base {

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> failure(std::string message, int code = 0) {
  return std::unexpected(Error(std::move(message), code));
}

}  // namespace base

// The value of a Result, or an early return of its error from the enclosing function (a GNU statement expression).
#define TRY(expression)                                                       \
  ({                                                                          \
    auto&& try_result_ = (expression);                                        \
    if (!try_result_) return std::unexpected(std::move(try_result_).error()); \
    *std::move(try_result_);                                                  \
  })

// The same for Result<void>, where there is no value to hand on.
#define TRY_VOID(expression)                                                  \
  do {                                                                        \
    auto&& try_result_ = (expression);                                        \
    if (!try_result_) return std::unexpected(std::move(try_result_).error()); \
  } while (false)
