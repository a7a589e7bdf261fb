#include "http/stretch.h"

#include <utility>

#include "base/sys.h"

namespace http {

void Stretch::wait(int socket, short events, Pace const& pace) {
  auto const begun = base::now();
  pollfd waited{socket, events, 0};
  auto const polled = base::sys::poll({&waited, 1}, pace.span - waited_);
  waited_ = polled ? waited_ + (base::now() - begun) : pace.span;  // nobody waits for what cannot be waited for
}

bool Stretch::end(std::int64_t moved, Pace const& pace) {
  auto const ended = std::exchange(*this, Stretch(moved));
  return moved - ended.moved_before_ >= pace.bytes();
}

}  // namespace http
