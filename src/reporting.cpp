#include "reporting.h"

#include <algorithm>
#include <format>

#include "base/sys.h"
#include "log/syslog.h"
#include "net/remote_address.h"

namespace {

constexpr std::uint16_t kSyslogPort = 514;
constexpr std::uint16_t kStatsdPort = 8125;

// Nothing where a name is not known: that may be so for a while only, and is no reason not to serve.
std::optional<base::Peer> find(net::RemoteAddress const& address, char const* setting, std::string_view loss,
                               config::Texts& notes) {
  auto peer = address.resolve();
  if (!peer) {
    notes.push_back(std::format("{}: {}: {} until a reload (HUP) finds it", setting, peer.error().message(), loss));
    return std::nullopt;
  }
  if (auto const reached = base::RemoteSocket(*peer).connect(); !reached) {
    notes.push_back(std::format("{}: nobody listens at {}: {}: {} until somebody does", setting, peer->name,
                                reached.error().message(), loss));
  }
  return std::move(*peer);
}

std::string syslog_program(config::Settings const& settings) {
  auto name = settings.syslog_prefix.value_or("");
  if (name.empty()) {
    name = config::process_name(settings);
    std::ranges::replace(name, ':', '.');
  }
  return "gunicorn." + name;
}

base::Result<void> add_syslog(config::Settings const& settings, Reporting& reporting) {
  if (!settings.syslog) return {};
  auto const facility_name = settings.syslog_facility.value_or("user");
  auto const facility = logging::parse_facility(facility_name);
  if (!facility) {
    return base::failure(
        std::format("unknown facility name: syslog_facility = '{}' (write user, daemon, auth, or local0 to local7)",
                    facility_name));
  }
  auto const address = net::RemoteAddress::parse(settings.syslog_addr.value_or(""), kSyslogPort);
  if (!address) return std::unexpected(address.error().within("syslog_addr"));
  auto peer = find(*address, "syslog_addr", "lines for syslog are lost", reporting.notes);
  if (!peer) return {};
  reporting.log.syslog = {std::move(*peer), syslog_program(settings), *facility,
                          !settings.disable_redirect_access_to_syslog};
  return {};
}

base::Result<void> add_statsd(config::Settings const& settings, Reporting& reporting) {
  auto const host = settings.statsd_host.value_or("");
  if (host.empty()) return {};
  auto const is_path = host.starts_with("unix:/");
  auto const address = net::RemoteAddress::parse(is_path ? host + "#dgram" : "udp://" + host, kStatsdPort);
  if (!address) return base::failure("statsd_host: '" + host + "' is no address: write HOST:PORT or unix://PATH");
  auto peer = find(*address, "statsd_host", "metrics are lost", reporting.notes);
  if (!peer) return {};
  reporting.statsd = std::make_shared<metrics::Statsd>(metrics::Statsd::Options{
      std::move(*peer), settings.statsd_prefix.value_or(""), settings.dogstatsd_tags.value_or("")});
  return {};
}

}  // namespace

base::Result<Reporting> reporting_from(config::Settings const& settings) {
  Reporting reporting;
  reporting.log.error_path = settings.errorlog.value_or("-");
  reporting.log.access_path = settings.accesslog.value_or("");
  reporting.log.level = settings.loglevel;
  reporting.log.format = settings.log_format;
  reporting.log.splits_streams = settings.log_split_streams;
  reporting.log.captures_output = settings.capture_output;
  TRY_VOID(add_syslog(settings, reporting));
  TRY_VOID(add_statsd(settings, reporting));
  return reporting;
}

logging::Log::Seen line_counter(std::shared_ptr<metrics::Statsd> statsd) {
  if (!statsd) return {};
  return [statsd = std::move(statsd)](logging::Level level, logging::Log::Kind kind) {
    if (kind == logging::Log::Kind::exception) return statsd->count("gunicorn.log.exception");
    if (level == logging::Level::warning) statsd->count("gunicorn.log.warning");
    if (level == logging::Level::error) statsd->count("gunicorn.log.error");
    if (level == logging::Level::critical) statsd->count("gunicorn.log.critical");
  };
}

std::function<void(base::Instant)> backlog_reporter(std::shared_ptr<metrics::Statsd> statsd,
                                                    std::span<std::shared_ptr<net::Listener> const> listeners,
                                                    metrics::Turn turn) {
  return [statsd = std::move(statsd), listeners, turn](base::Instant now) {
    if (!turn.take(now, std::chrono::seconds(1))) return;
    long waiting = 0;
    for (auto const& listener : listeners) waiting += base::sys::accept_queue(listener->descriptor()).value_or(0);
    statsd->histogram("gunicorn.backlog", waiting);
  };
}
