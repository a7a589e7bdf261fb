// How the files of sys.h turn what a system call returns into what we return. For them alone.
#pragma once

#include <errno.h>
#include <unistd.h>

#include <string_view>

#include "base/sys.h"

namespace base::sys {

inline std::unexpected<Error> failed(std::string_view call) {
  return std::unexpected(Error::from_errno(call, errno));
}

inline Result<void> checked(int returned, std::string_view call) {
  if (returned < 0) return failed(call);
  return {};
}

inline Result<Fd> owned(int returned, std::string_view call) {
  if (returned < 0) return failed(call);
  return Fd(returned);
}

template <typename Call>
auto retry(Call call) {
  for (;;) {
    auto const returned = call();
    if (returned >= 0 || errno != EINTR) return returned;
  }
}

inline Transfer transferred(ssize_t returned) {
  using enum Transfer::Kind;
  if (returned > 0) return {done, static_cast<std::size_t>(returned)};
  if (returned < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return {again};
  return {closed};
}

}  // namespace base::sys
