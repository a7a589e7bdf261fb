#include "base/error.h"

#include <cstring>

namespace base {

Error Error::from_errno(std::string_view what, int code) {
  return Error(std::string(what) + ": " + std::strerror(code), code);
}

Error Error::within(std::string_view context) const {
  return Error(std::string(context) + ": " + message_, code_);
}

}  // namespace base
