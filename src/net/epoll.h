// The kernel's readiness queue (epoll(7)). An epoll descriptor is itself pollable: whoever owns another loop
// (asyncio, a greenlet hub) can watch ours with it. Not thread-safe but for wait(), which one thread calls at a time.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <optional>
#include <span>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"

namespace net {

class Epoll {
 public:
  static base::Result<Epoll> create();

  int descriptor() const { return epoll_.get(); }

  // `subject` comes back as epoll_event.data.ptr.
  base::Result<void> add(int descriptor, std::uint32_t events, void* subject);
  // Something else of a descriptor that was added.
  base::Result<void> change(int descriptor, std::uint32_t events, void* subject);
  void remove(int descriptor);

  static constexpr std::size_t kMost = 256;

  // What became ready within `timeout` (nothing: no limit), of more than `most` descriptors (at most kMost) those that
  // have been ready for longest. Empty after a signal or when the time is up. The span is valid until the next call.
  std::span<epoll_event> wait(std::optional<base::Duration> timeout, std::size_t most);

 private:
  base::Result<void> control(int operation, int descriptor, std::uint32_t events, void* subject);

  explicit Epoll(base::Fd epoll) : epoll_(std::move(epoll)) {}

  base::Fd epoll_;
  std::array<epoll_event, kMost> events_;
};

}  // namespace net
