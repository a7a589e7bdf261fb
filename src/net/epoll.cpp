#include "net/epoll.h"

#include <errno.h>

#include <algorithm>

#include "base/sys.h"

namespace net {
namespace {

// epoll_wait counts milliseconds; rounding up keeps a loop from spinning through the last one.
int milliseconds(std::optional<base::Duration> timeout) {
  if (!timeout) return -1;
  auto const whole = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
  return static_cast<int>(std::clamp<std::int64_t>(whole, 0, 60'000));
}

}  // namespace

base::Result<Epoll> Epoll::create() {
  return Epoll(TRY(base::sys::epoll()));
}

base::Result<void> Epoll::add(int descriptor, std::uint32_t events, void* subject) {
  return control(EPOLL_CTL_ADD, descriptor, events, subject);
}

base::Result<void> Epoll::change(int descriptor, std::uint32_t events, void* subject) {
  return control(EPOLL_CTL_MOD, descriptor, events, subject);
}

base::Result<void> Epoll::control(int operation, int descriptor, std::uint32_t events, void* subject) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = subject;
  if (::epoll_ctl(epoll_.get(), operation, descriptor, &event) < 0)
    return std::unexpected(base::Error::from_errno("epoll_ctl", errno));
  return {};
}

void Epoll::remove(int descriptor) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

std::span<epoll_event> Epoll::wait(std::optional<base::Duration> timeout, std::size_t most) {
  auto const limit = static_cast<int>(std::min(most, kMost));
  int const count = ::epoll_wait(epoll_.get(), events_.data(), limit, milliseconds(timeout));
  return std::span(events_).first(count > 0 ? static_cast<std::size_t>(count) : 0);
}

}  // namespace net
