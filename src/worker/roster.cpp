#include "worker/roster.h"

#include <algorithm>
#include <utility>

namespace worker {
namespace {

using http::Connection;
using Wait = Connection::Wait;

// How long honest clients need at most, in case others wait for the place.
struct Honest {
  Wait kind;
  base::Duration span;
};
constexpr std::array<Honest, 3> kHonest = {{{Wait::opening, std::chrono::seconds(1)},
                                            {Wait::head, std::chrono::seconds(5)},
                                            {Wait::handshake, std::chrono::seconds(5)}}};

}  // namespace

Roster::Roster(CoreOptions const& options)
    : limit_(options.connections),
      deadlines_{net::DeadlineQueue(options.keepalive),  net::DeadlineQueue(options.head),
                 net::DeadlineQueue(options.head),       net::DeadlineQueue(options.content.span),
                 net::DeadlineQueue(options.write.span), net::DeadlineQueue(options.linger),
                 net::DeadlineQueue(options.handshake)} {}

Connection& Roster::add(std::unique_ptr<Connection> connection) {
  connection->index = connections_.size();
  return *connections_.emplace_back(std::move(connection));
}

bool Roster::remove(Connection& connection) {
  auto const index = connection.index;
  if (index >= connections_.size() || connections_[index].get() != &connection) return false;
  connection.deadline.drop();
  connections_.back()->index = index;
  std::swap(connections_[index], connections_.back());
  connections_.back()->index = connections_.size();
  dead_.push_back(std::move(connections_.back()));
  connections_.pop_back();
  return true;
}

void Roster::wait_for(Connection& connection, Wait kind, base::Instant now) {
  if (kind == Wait::none || kind == connection.deadline_kind) return;
  connection.deadline_kind = kind;
  if (kind == Wait::content || kind == Wait::write) connection.moved_before = connection.moved();
  queue(kind).set(connection.deadline, now);
}

bool Roster::keeps_pace(Connection& connection, Wait kind, http::Pace const& pace, base::Instant now) {
  auto const moved = connection.moved();
  if (moved - std::exchange(connection.moved_before, moved) < pace.bytes()) return false;
  connection.deadline_kind = kind;
  queue(kind).set(connection.deadline, now);
  return true;
}

std::optional<base::Instant> Roster::next_deadline() const {
  std::optional<base::Instant> first;
  for (auto const& queue : deadlines_) {
    if (auto const next = queue.next()) first = std::min(first.value_or(*next), *next);
  }
  return first;
}

Connection* Roster::take_expired(Wait kind, base::Instant now) {
  auto* const connection = static_cast<Connection*>(queue(kind).take_expired(now));
  if (connection) connection->deadline_kind = Wait::none;
  return connection;
}

Connection* Roster::first(Wait kind) const {
  return static_cast<Connection*>(deadlines_[static_cast<std::size_t>(kind) - 1].first());
}

Connection* Roster::idlest() const {
  return first(Wait::request);
}

Connection* Roster::overdue(base::Instant now) const {
  for (auto const& [kind, span] : kHonest) {
    auto* const slowest = first(kind);
    if (slowest && now - slowest->deadline.since() >= span) return slowest;
  }
  return nullptr;
}

std::optional<base::Instant> Roster::next_overdue() const {
  std::optional<base::Instant> next;
  for (auto const& [kind, span] : kHonest) {
    if (auto const* const slowest = first(kind))
      next = std::min(next.value_or(base::Instant::max()), slowest->deadline.since() + span);
  }
  return next;
}

}  // namespace worker
