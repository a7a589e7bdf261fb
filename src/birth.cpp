#include "birth.h"

#include <algorithm>
#include <utility>

base::Result<Commons> Commons::create() {
  auto slots = TRY(metrics::SlotTable::create());
  auto relay = TRY(worker::Relay::create());
  Commons commons{std::move(slots), std::move(relay), {}};
  if (auto turn = metrics::Turn::create()) commons.backlog_turn = *turn;
  return commons;
}

namespace {

worker::ListeningSocket describe(net::Listener const& listener) {
  auto const& local = listener.local();
  if (local.is_unix()) return {listener.descriptor(), {"", "", local.to_string()}};
  return {
      listener.descriptor(), {local.host(), std::to_string(local.port()), local.to_string()}, listener.reuses_port()};
}

// One with a thread to spare, as far as the others have told: who has begun a request a moment ago may still look idle.
bool has_idle_sibling(metrics::SlotTable const& slots, metrics::WorkerSlot const& own) {
  return std::ranges::any_of(slots.slots(), [&](metrics::WorkerSlot const& slot) {
    return &slot != &own && slot.state.load(std::memory_order_relaxed) == metrics::WorkerState::ready &&
           !slot.is_full.load(std::memory_order_relaxed);
  });
}

// Empty unless the backlog is to be measured. Workers that bind for themselves each measure their own.
std::function<void(base::Instant)> on_beat(arbiter::WorkerStart const& start, Configuration const& configuration,
                                           std::optional<metrics::Turn> const& backlog_turn) {
  auto const& settings = configuration.settings;
  auto const& statsd = configuration.reporting.statsd;
  if (!settings.enable_backlog_metric || !statsd) return {};
  auto own_turn = settings.reuse_port ? metrics::Turn::create() : base::failure("");
  auto const turn = own_turn ? std::optional(*own_turn) : backlog_turn;
  if (!turn) return {};
  return backlog_reporter(statsd, start.listeners, *turn);
}

}  // namespace

worker::Birth birth_of(arbiter::WorkerStart const& start, Configuration const& configuration, Commons const& commons,
                       worker::Reloader* reloader) {
  worker::Birth birth{start.age,
                      {},
                      start.slot,
                      [&start, reloader] {
                        start.announce(metrics::WorkerState::ready);
                        if (reloader) reloader->start();
                      },
                      [&] { start.announce(metrics::WorkerState::draining); },
                      [&](int status) { start.announce_boot_failure(status); },
                      [&] { start.announce_drained(); },
                      &commons.relay,
                      [&] { return has_idle_sibling(commons.slots, start.slot); },
                      reloader,
                      configuration.reporting.statsd.get(),
                      on_beat(start, configuration, commons.backlog_turn)};
  for (auto const& listener : start.listeners) birth.sockets.push_back(describe(*listener));
  return birth;
}
