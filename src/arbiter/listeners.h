// The sockets that a generation of workers serves. A reload whose `bind` names an address again shares its socket, so
// that no connection waiting in it is lost.
#pragma once

#include <algorithm>
#include <expected>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arbiter/inheritance.h"
#include "arbiter/options.h"
#include "base/result.h"
#include "net/listener.h"

namespace arbiter {

struct BindFailure {
  net::Address address;
  base::Error error;

  // Somebody may be about to let go of the address, or a network to come up.
  bool is_worth_retrying() const;
  // One sentence: the address, the reason, the way out.
  std::string to_string() const;
  // As Gunicorn's messages show the address: "('127.0.0.1', 8000)", "/run/app.sock".
  std::string gunicorn_address() const;
};

class Listeners {
 public:
  using Socket = std::shared_ptr<net::Listener>;

  Listeners() = default;

  using Group = std::initializer_list<Listeners const*>;

  // Binds every address of `options` that none of `present` has. Where each worker binds for itself (reuse_port), only
  // makes sure that this will work.
  static std::expected<Listeners, BindFailure> open(Options const& options, Group present);

  // Sockets that a service manager passed. `bind` then counts for its fd:// entries only.
  static Listeners adopt(std::vector<net::Listener> passed);

  // Sockets of a predecessor, each for the address of `bind` that it is bound to. The others are closed.
  base::Result<void> inherit(std::span<int const> sockets, Options const& options);
  // All of them, for a successor.
  Bequest bequest() const;

  // What a worker serves: these, or with reuse_port sockets of its own, which do not listen yet.
  std::expected<std::vector<Socket>, BindFailure> for_worker(Options const& options) const;

  // "http://127.0.0.1:8000,unix:/run/app.sock"
  std::string to_string(Options const& options) const;

  // Whether the unix paths are ours to remove: they are the last server's in line.
  void own_paths();
  void disown_paths();

  // The end is near: see net::Listener. Sockets that others made outlive us, and stay as they are.
  void stop_deferring();
  void stop_queueing();

  // Removes our unix paths.
  void remove_paths();
  // Nobody takes connections from them any more: who connects is refused at once, also while workers that finish what
  // they have still hold the sockets. Those that others made go on.
  void stop_listening();

  // Whether there are sockets that none of `others` shares.
  bool has_other_than(Group others) const;

  // Lets go of all sockets, and removes our unix paths of those that none of `kept` shares.
  void close_except(Group kept);

 private:
  struct Entry {
    std::optional<net::Address> address;  // none for a passed one
    Socket socket;
  };

  static bool is_passed(Entry const& entry) { return !entry.address; }
  // Passed, or named as fd://.
  static bool is_from_elsewhere(Entry const& entry) {
    return is_passed(entry) || entry.address->kind() == net::Address::Kind::inherited;
  }
  bool has_passed() const { return std::ranges::any_of(entries_, is_passed); }
  static std::expected<Socket, BindFailure> obtain(net::Address const& address, Options const& options, Group present);
  static bool is_among(Group groups, Socket const& socket);
  static Socket find(net::Address const& address, Group among);

  std::vector<Entry> entries_;
};

}  // namespace arbiter
