#include "net/service_manager.h"

#include <stdlib.h>

#include <format>

#include "base/strings.h"

namespace net {
namespace {

constexpr int kFirstPassed = 3;

std::optional<std::uint64_t> number_from_environment(char const* name) {
  auto const* const text = ::getenv(name);
  return text ? base::parse_decimal(text) : std::nullopt;
}

}  // namespace

base::Result<std::vector<Listener>> take_passed_listeners(pid_t self, int backlog) {
  std::vector<Listener> listeners;
  auto const pid = number_from_environment("LISTEN_PID");
  auto const count = number_from_environment("LISTEN_FDS");
  if (!pid || !count || *pid != static_cast<std::uint64_t>(self)) return listeners;
  for (auto const* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);

  for (int i = 0; i < static_cast<int>(*count); ++i) {
    auto listener = Listener::adopt(base::Fd(kFirstPassed + i), backlog);
    if (!listener) return std::unexpected(listener.error().within(std::format("LISTEN_FDS={}", *count)));
    listeners.push_back(std::move(*listener));
  }
  return listeners;
}

}  // namespace net
