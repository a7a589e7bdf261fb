#include "base/fd.h"

#include <unistd.h>

namespace base {

void Fd::reset(int descriptor) {
  // Linux frees the descriptor even when close() reports EINTR or EIO, so it is never tried twice.
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = descriptor;
}

}  // namespace base
