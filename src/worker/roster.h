// The connections of a worker: what each of them is waited for and until when, and who loses its place first when there
// are too many. Not thread-safe.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "http/connection.h"
#include "net/deadline_queue.h"
#include "worker/core_options.h"

namespace worker {

class Roster {
 public:
  using Connection = http::Connection;
  using Wait = Connection::Wait;

  // All that has a deadline, in the order of Wait.
  static constexpr std::array kWaits = {Wait::request, Wait::opening, Wait::head,     Wait::content,
                                        Wait::write,   Wait::linger,  Wait::handshake};

  explicit Roster(CoreOptions const& options) : Roster(options, std::make_index_sequence<kWaits.size()>()) {}

  Connection& add(std::unique_ptr<Connection> connection);
  // The connection lives on until bury_dead(): what is under way may still come across it. False: it was not here.
  bool remove(Connection& connection);
  void bury_dead() { dead_.clear(); }

  std::size_t size() const { return connections_.size(); }
  bool is_empty() const { return connections_.empty(); }
  // The last one may be removed while others are looked at from behind.
  Connection& operator[](std::size_t index) { return *connections_[index]; }

  // Begins a wait, unless it is under way.
  void wait_for(Connection& connection, Wait kind, base::Instant now);
  // Nothing is waited for any more.
  void end_wait(Connection& connection);
  // Of a wait that has expired: whether the stretch that is over was fast enough; then the next begins.
  bool keeps_pace(Connection& connection, Wait kind, http::Pace const& pace, base::Instant now);
  std::optional<base::Instant> next_deadline() const;
  // Takes out one whose time is up, of those that are waited for alike; nullptr when there is none.
  Connection* take_expired(Wait kind, base::Instant now);

  bool has_room() const { return connections_.size() < limit_; }
  // Who has been served and asks for nothing, for longest. Nullptr: nobody is idle.
  Connection* idlest() const;
  // Who takes longer to ask than honest clients do.
  Connection* overdue(base::Instant now) const;
  // When somebody will be by the passing of time alone.
  std::optional<base::Instant> next_overdue() const;

 private:
  template <std::size_t... Index>
  Roster(CoreOptions const& options, std::index_sequence<Index...>)
      : limit_(options.connections), queues_{net::DeadlineQueue(span(options, kWaits[Index]))...} {}

  static base::Duration span(CoreOptions const& options, Wait kind);
  static constexpr std::size_t place(Wait kind) { return static_cast<std::size_t>(kind) - 1; }

  net::DeadlineQueue& queue(Wait kind) { return queues_[place(kind)]; }
  Connection* first(Wait kind) const { return static_cast<Connection*>(queues_[place(kind)].first()); }

  std::size_t limit_;
  std::array<net::DeadlineQueue, kWaits.size()> queues_;  // of kWaits
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> dead_;
};

}  // namespace worker
