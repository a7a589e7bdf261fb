// A worker that cannot begin.
#pragma once

#include <expected>
#include <string>

#include "python/raised.h"

namespace worker {

inline constexpr int kBootError = 3;
inline constexpr int kAppLoadError = 4;

// `status` tells the arbiter whether to try another; `text` is for the log.
struct BootFailure {
  int status;
  std::string text;
};

template <typename T>
using Booted = std::expected<T, BootFailure>;

inline BootFailure from_exception(python::Gil const& gil, python::Raised const& raised) {
  return {kBootError, "Exception in worker process\n" + raised.traceback(gil)};
}

}  // namespace worker
