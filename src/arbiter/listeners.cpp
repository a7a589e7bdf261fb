#include "arbiter/listeners.h"

#include <errno.h>

#include <algorithm>
#include <format>

#include "base/strings.h"
#include "base/sys.h"

namespace arbiter {
namespace {

net::ListenOptions listen_options(Options const& options) {
  return {.backlog = options.backlog,
          .reuse_port = options.reuse_port ? net::ReusePort::yes : net::ReusePort::no,
          .path = options.socket_path};
}

using Binding = base::Result<net::Listener>(net::Address const&, net::ListenOptions const&);

std::expected<Listeners::Socket, BindFailure> bind(net::Address const& address, Options const& options,
                                                   Binding& binding) {
  auto bound = binding(address, listen_options(options));
  if (!bound) return std::unexpected(BindFailure{address, bound.error()});
  return std::make_shared<net::Listener>(std::move(*bound));
}

// Only ports can have several listeners.
bool binds_in_worker(net::Address const& address, Options const& options) {
  return options.reuse_port && address.kind() == net::Address::Kind::tcp;
}

std::string_view way_out(net::Address const& address, int code) {
  bool const is_path = address.kind() == net::Address::Kind::path;
  switch (code) {
    case EADDRINUSE:
      return " (stop what listens there, or choose another bind)";
    case EADDRNOTAVAIL:
      return " (this machine has no such address; 0.0.0.0 listens on all it has)";
    case EACCES:
    case EPERM:
      return is_path ? " (choose a directory this user may write to; another owner takes root)"
                     : " (use a port above 1023, or add CAP_NET_BIND_SERVICE)";
    case ENOENT:
      return is_path ? " (its directory must exist)" : "";
    default:
      return "";
  }
}

}  // namespace

bool BindFailure::is_worth_retrying() const {
  return error.code() == EADDRINUSE || error.code() == EADDRNOTAVAIL;
}

std::string BindFailure::to_string() const {
  return std::format("bind: cannot listen on {}: {}{}", address.to_string(), error.message(),
                     way_out(address, error.code()));
}

std::string BindFailure::gunicorn_address() const {
  if (address.kind() == net::Address::Kind::tcp) return std::format("('{}', {})", address.host(), address.port());
  return address.kind() == net::Address::Kind::path ? address.path() : std::format("{}", address.descriptor());
}

std::expected<Listeners, BindFailure> Listeners::open(Options const& options, Group present) {
  Listeners opened;
  for (auto const* group : present)
    std::ranges::copy_if(group->entries_, std::back_inserter(opened.entries_), is_passed);
  bool const has_passed = opened.has_passed();
  for (auto const& address : options.bind) {
    if (has_passed && address.kind() != net::Address::Kind::inherited) continue;
    auto socket = obtain(address, options, present);
    if (!socket) {
      opened.close_except(present);
      return std::unexpected(socket.error());
    }
    if (*socket) opened.entries_.push_back({address, std::move(*socket)});
  }
  return opened;
}

// Null where each worker binds for itself.
std::expected<Listeners::Socket, BindFailure> Listeners::obtain(net::Address const& address, Options const& options,
                                                                Group present) {
  if (binds_in_worker(address, options)) {
    auto const possible = net::Listener::try_bind(address, listen_options(options));
    if (!possible) return std::unexpected(BindFailure{address, possible.error()});
    return nullptr;
  }
  if (auto shared = find(address, present)) return shared;
  return arbiter::bind(address, options, net::Listener::bind);
}

Listeners Listeners::adopt(std::vector<net::Listener> passed) {
  Listeners adopted;
  for (auto& listener : passed) {
    adopted.entries_.push_back({std::nullopt, std::make_shared<net::Listener>(std::move(listener))});
  }
  return adopted;
}

base::Result<void> Listeners::inherit(std::span<int const> sockets, Options const& options) {
  std::vector<net::Listener> left;
  for (int const socket : sockets) {
    auto const address = TRY(net::Address::parse(std::format("fd://{}", socket)));
    auto adopted = net::Listener::bind(address, {.backlog = options.backlog});
    if (!adopted) return std::unexpected(adopted.error().within("GUNICORN_FD"));
    left.push_back(std::move(*adopted));
  }
  for (auto const& address : options.bind) {
    auto const found = std::ranges::find_if(left, [&](auto const& socket) { return socket.is_bound_to(address); });
    if (binds_in_worker(address, options) || found == left.end()) continue;
    entries_.push_back({address, std::make_shared<net::Listener>(std::move(*found))});
    left.erase(found);
  }
  return {};
}

Bequest Listeners::bequest() const {
  Bequest bequest;
  for (auto const& entry : entries_) {
    (is_passed(entry) ? bequest.passed : bequest.sockets).push_back(entry.socket->descriptor());
  }
  return bequest;
}

void Listeners::own_paths() {
  for (auto const& entry : entries_) {
    if (!is_passed(entry)) entry.socket->own_path();
  }
}

void Listeners::disown_paths() {
  for (auto const& entry : entries_) entry.socket->disown_path();
}

std::expected<std::vector<Listeners::Socket>, BindFailure> Listeners::for_worker(Options const& options) const {
  std::vector<Socket> sockets;
  for (auto const& entry : entries_) sockets.push_back(entry.socket);
  if (has_passed()) return sockets;
  for (auto const& address : options.bind) {
    if (binds_in_worker(address, options))
      sockets.push_back(TRY(arbiter::bind(address, options, net::Listener::reserve)));
  }
  return sockets;
}

std::string Listeners::to_string(Options const& options) const {
  std::vector<std::string> urls;
  for (auto const& entry : entries_) urls.push_back(entry.socket->url(options.is_tls));
  for (auto const& address : options.bind) {
    if (!has_passed() && binds_in_worker(address, options)) {
      urls.push_back((options.is_tls ? "https://" : "http://") + address.to_string());
    }
  }
  return base::join(urls, ",");
}

void Listeners::stop_deferring() {
  for (auto const& entry : entries_) {
    if (!is_from_elsewhere(entry)) entry.socket->stop_deferring();
  }
}

void Listeners::stop_queueing() {
  for (auto const& entry : entries_) {
    if (!is_from_elsewhere(entry)) entry.socket->stop_queueing();
  }
}

void Listeners::remove_paths() {
  for (auto const& entry : entries_) entry.socket->remove_path();
}

void Listeners::stop_listening() {
  for (auto const& entry : entries_) {
    if (!is_from_elsewhere(entry)) (void)base::sys::stop_listening(entry.socket->descriptor());
  }
}

bool Listeners::has_other_than(Group others) const {
  return !std::ranges::all_of(entries_, [&](auto const& entry) { return is_among(others, entry.socket); });
}

void Listeners::close_except(Group kept) {
  for (auto const& entry : entries_) {
    if (!is_among(kept, entry.socket)) entry.socket->remove_path();
  }
  entries_.clear();
}

bool Listeners::is_among(Group groups, Socket const& socket) {
  return std::ranges::any_of(
      groups, [&](auto const* group) { return std::ranges::contains(group->entries_, socket, &Entry::socket); });
}

Listeners::Socket Listeners::find(net::Address const& address, Group among) {
  for (auto const* group : among) {
    auto const found = std::ranges::find(group->entries_, std::optional(address), &Entry::address);
    if (found != group->entries_.end()) return found->socket;
  }
  return nullptr;
}

}  // namespace arbiter
