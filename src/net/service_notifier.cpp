#include "net/service_notifier.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/un.h>

#include <algorithm>

#include "base/strings.h"
#include "base/sys.h"

namespace net {
namespace {

std::string variable(char const* name) {
  auto const* const value = ::getenv(name);
  return value ? value : "";
}

std::optional<base::Duration> watchdog(pid_t self) {
  auto const usec = base::parse_decimal(variable("WATCHDOG_USEC"));
  auto const pid = variable("WATCHDOG_PID");
  if (!usec || *usec == 0 || *usec > 1'000'000'000'000) return std::nullopt;
  if (!pid.empty() && pid != std::to_string(self)) return std::nullopt;
  return std::chrono::microseconds(*usec) / 2;
}

}  // namespace

ServiceNotifier ServiceNotifier::from_environment(pid_t self) {
  ServiceNotifier notifier;
  auto address = variable("NOTIFY_SOCKET");
  bool const is_usable = address.starts_with('/') || (address.starts_with('@') && address.size() > 1);
  if (!is_usable || address.size() >= sizeof(sockaddr_un::sun_path)) return notifier;
  auto socket = base::sys::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
  if (!socket) return notifier;
  if (address.starts_with('@')) address[0] = '\0';
  notifier.socket_ = std::move(*socket);
  notifier.address_ = std::move(address);
  notifier.watchdog_interval_ = watchdog(self);
  return notifier;
}

bool ServiceNotifier::send(std::string_view state) const {
  if (!is_heard()) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(address_, address.sun_path);
  auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  return base::sys::send_to(socket_.get(), reinterpret_cast<sockaddr const*>(&address), size, state).has_value();
}

}  // namespace net
