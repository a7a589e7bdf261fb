#include "worker/plan.h"

#include <stdlib.h>

namespace worker {
namespace {

// Gunicorn's meaning of 0 and of more than it can hold.
constexpr std::size_t kMostFields = 32768;
constexpr std::size_t kDefaultFieldSize = 8190;

http::Limits limits(config::Settings const& settings) {
  http::Limits limits;
  limits.request_line = settings.limit_request_line;
  limits.fields =
      settings.limit_request_fields == 0 ? kMostFields : std::min(settings.limit_request_fields, kMostFields);
  limits.body = settings.limit_request_body.bytes;
  limits.field_size = settings.limit_request_field_size ? settings.limit_request_field_size : kDefaultFieldSize;
  return limits;
}

http::Policy policy(config::Settings const& settings) {
  http::Policy policy;
  policy.leniency = {settings.permit_obsolete_folding, settings.strip_header_spaces};
  policy.permit_unconventional_http_version = settings.permit_unconventional_http_version;
  policy.permit_unconventional_http_method = settings.permit_unconventional_http_method;
  policy.casefold_http_method = settings.casefold_http_method;
  policy.header_map = static_cast<http::HeaderMap>(settings.header_map);
  policy.forwarder_headers = settings.forwarder_headers;
  policy.secure_scheme_headers.clear();
  for (auto const& [name, value] : settings.secure_scheme_headers)
    policy.secure_scheme_headers.push_back({name, value});
  return policy;
}

// A directory in memory, such as the /dev/shm that Gunicorn's users choose for its heartbeat, is no place for uploads
// while there is another.
http::SpoolOptions spool(config::Settings const& settings) {
  http::SpoolOptions spool;
  spool.chosen = settings.tmp_upload_dir.value_or("");
  if (char const* const temporary = ::getenv("TMPDIR")) spool.directories.insert(spool.directories.begin(), temporary);
  if (settings.worker_tmp_dir) spool.directories.insert(spool.directories.begin(), *settings.worker_tmp_dir);
  return spool;
}

base::Result<CoreOptions> core_options(config::Settings const& settings) {
  CoreOptions options;
  options.limits = limits(settings);
  options.policy = policy(settings);
  options.spool = spool(settings);
  auto trusted = net::AddressSet::parse(settings.forwarded_allow_ips);
  if (!trusted) return std::unexpected(trusted.error().within("forwarded_allow_ips"));
  options.trusted_peers = std::move(*trusted);
  options.connections = settings.worker_connections;
  // One at a time where siblings may have time for the next.
  options.accepts_per_turn = settings.workers.count > 1 ? 1 : 16;
  options.keepalive = settings.keepalive;
  return options;
}

// Often enough for the arbiter to see several within `timeout`.
base::Duration heartbeat(config::Seconds timeout) {
  constexpr base::Duration seldom = std::chrono::seconds(1);
  return timeout > config::Seconds::zero() ? std::min<base::Duration>(base::Duration(timeout) / 4, seldom) : seldom;
}

}  // namespace

base::Result<Plan> make_plan(config::Settings const& settings) {
  auto format = logging::AccessFormat::compile(settings.access_log_format);
  if (!format) return std::unexpected(format.error().within("access_log_format"));
  // A class of the user's own may be derived from either of ours; only threads can tell.
  auto const kind = config::effective_worker_class(settings).kind;
  bool const threaded =
      kind == config::WorkerClass::Kind::gthread || (kind == config::WorkerClass::Kind::custom && settings.threads > 1);
  char const* const script_name = ::getenv("SCRIPT_NAME");
  return Plan{
      .core = TRY(core_options(settings)),
      .lanes = threaded ? std::max(settings.threads, 1u) : 1,
      .max_requests = settings.max_requests,
      .max_requests_jitter = settings.max_requests_jitter,
      .graceful_timeout = settings.graceful_timeout,
      .heartbeat = heartbeat(settings.timeout),
      .access_format = std::move(*format),
      .environ = {.multithread = threaded,
                  .multiprocess = settings.workers.count > 1,
                  .script_name = script_name ? script_name : ""},
      .sendfile = settings.sendfile,
      .reload = settings.reload,
      .reload_engine = static_cast<Reloader::Engine>(settings.reload_engine),
      .reload_extra_files = settings.reload_extra_files,
      .spew = settings.spew,
  };
}

}  // namespace worker
