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

base::Duration Roster::span(CoreOptions const& options, Wait kind) {
  static_assert(std::ranges::all_of(kWaits, [](Wait wait) { return kWaits[place(wait)] == wait; }));
  switch (kind) {
    case Wait::request:
      return options.keepalive;
    case Wait::opening:
    case Wait::head:
      return options.head;
    case Wait::content:
      return options.content.span;
    case Wait::write:
      return options.write.span;
    case Wait::linger:
      return options.linger;
    case Wait::handshake:
      return options.handshake;
    case Wait::none:
      break;
  }
  return {};
}

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

void Roster::end_wait(Connection& connection) {
  connection.deadline.drop();
  connection.deadline_kind = Wait::none;
}

bool Roster::keeps_pace(Connection& connection, Wait kind, http::Pace const& pace, base::Instant now) {
  if (connection.moved() - connection.moved_before < pace.bytes()) return false;
  wait_for(connection, kind, now);
  return true;
}

std::optional<base::Instant> Roster::next_deadline() const {
  std::optional<base::Instant> first;
  for (auto const& queue : queues_) {
    if (auto const next = queue.next()) first = std::min(first.value_or(*next), *next);
  }
  return first;
}

Connection* Roster::take_expired(Wait kind, base::Instant now) {
  auto* const connection = static_cast<Connection*>(queue(kind).take_expired(now));
  if (connection) connection->deadline_kind = Wait::none;
  return connection;
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
