#include "http/stretch.h"

#include <utility>

#include "base/sys.h"

namespace http {

base::Result<void> Stretch::wait(int socket, short events, Pace const& pace) {
  auto const begun = base::now();
  pollfd waited{socket, events, 0};
  TRY(base::sys::poll({&waited, 1}, pace.span - waited_));
  waited_ += base::now() - begun;
  return {};
}

bool Stretch::end(std::int64_t moved, Pace const& pace) {
  auto const ended = std::exchange(*this, Stretch(moved));
  return moved - ended.moved_before_ >= pace.bytes();
}

}  // namespace http
