#include "worker/plan.h"

#include <stdlib.h>

#include <filesystem>
#include <format>

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
  policy.gathers_content = settings.request_buffering || config::is_asgi(settings);
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

// 0 means that there is none: a time nobody lives to see.
base::Duration limit(config::Seconds seconds) {
  return seconds > config::Seconds::zero() ? seconds : std::chrono::years(10);
}

// Workers look at the files again later, wherever the application has changed its directory to.
tls::NamedFile named_file(std::string setting, std::string const& path, config::Settings const& settings) {
  return {std::move(setting), std::filesystem::path(settings.chdir) / path};
}

// "certfile:keyfile", or one file.
tls::IdentityFiles sni_identity(std::string const& pair, config::Settings const& settings) {
  auto const colon = pair.find(':');
  auto const key = colon == pair.npos ? pair : pair.substr(colon + 1);
  return {named_file("sni_certificates", pair.substr(0, colon), settings),
          named_file("sni_certificates", key, settings)};
}

base::Result<std::shared_ptr<tls::Certificates>> certificates(config::Settings const& settings,
                                                              std::shared_ptr<tls::Tickets> const& tickets) {
  if (!settings.certfile) {
    if (settings.keyfile) {
      return base::failure(
          std::format("keyfile = '{}' needs certfile, the certificate that the key is of", *settings.keyfile));
    }
    if (settings.sni_certificates.empty()) return nullptr;
    return base::failure("sni_certificates needs certfile, the certificate for clients that name no host");
  }
  tls::ContextOptions options;
  auto const& key = settings.keyfile;
  options.identities.push_back({named_file("certfile", *settings.certfile, settings),
                                named_file(key ? "keyfile" : "certfile", key.value_or(*settings.certfile), settings)});
  for (auto const& pair : settings.sni_certificates) options.identities.push_back(sni_identity(pair, settings));
  options.ciphers = settings.ciphers.value_or("");
  if (settings.cert_reqs > 2) {
    return base::failure(
        std::format("cert_reqs = {}: it takes 0 (no client certificate), 1 (checked if sent) or 2 "
                    "(required)",
                    settings.cert_reqs));
  }
  if (settings.cert_reqs > 0) {
    if (!settings.ca_certs) {
      return base::failure(
          std::format("cert_reqs = {} needs ca_certs, the file of the authorities that clients' "
                      "certificates are checked against",
                      settings.cert_reqs));
    }
    options.client_certificate = static_cast<tls::ContextOptions::ClientCertificate>(settings.cert_reqs);
    options.authorities = named_file("ca_certs", *settings.ca_certs, settings);
  }
  return tls::Certificates::create(std::move(options), tickets);
}

base::Result<CoreOptions> core_options(config::Settings const& settings, std::shared_ptr<tls::Tickets> const& tickets) {
  CoreOptions options;
  options.limits = limits(settings);
  options.policy = policy(settings);
  options.spool = spool(settings);
  auto trusted = net::AddressSet::parse(settings.forwarded_allow_ips);
  if (!trusted) return std::unexpected(trusted.error().within("forwarded_allow_ips"));
  options.trusted_peers = std::move(*trusted);
  options.policy.client_address = static_cast<http::ClientAddressSource>(settings.real_client_address);
  options.policy.proxies = options.trusted_peers;
  options.proxy_protocol = static_cast<http::ProxyProtocol>(settings.proxy_protocol);
  auto announcing = net::AddressSet::parse(settings.proxy_allow_ips);
  if (!announcing) return std::unexpected(announcing.error().within("proxy_allow_ips"));
  options.announcing_peers = std::move(*announcing);
  options.connections = settings.worker_connections;
  // One at a time where siblings may have time for the next.
  if (settings.workers.count > 1) options.accepts_per_turn = 1;
  options.keepalive = settings.keepalive;
  options.buffers = settings.buffer_limit.bytes;
  options.queue = settings.queue_limit;
  options.queue_time = settings.queue_timeout;
  options.head = limit(settings.header_timeout);
  options.content = {limit(settings.body_timeout), settings.min_rate.bytes};
  options.write = {limit(settings.write_timeout), settings.min_rate.bytes};
  auto found = certificates(settings, tickets);
  if (!found) return std::unexpected(found.error().within("Error"));
  options.certificates = std::move(*found);
  options.policy.is_tls = options.certificates != nullptr;
  return options;
}

// Often enough for the arbiter to see several within `timeout`.
base::Duration heartbeat(config::Seconds timeout) {
  constexpr base::Duration seldom = std::chrono::seconds(1);
  return timeout > config::Seconds::zero() ? std::min<base::Duration>(base::Duration(timeout) / 4, seldom) : seldom;
}

std::optional<Plan::Asgi> asgi(config::Settings const& settings) {
  if (!config::is_asgi(settings)) return std::nullopt;
  return Plan::Asgi{
      .loop = static_cast<python::asgi::EventLoop::Kind>(settings.asgi_loop),
      .lifespan = static_cast<python::asgi::EventLoop::Lifespan>(settings.asgi_lifespan),
      .scope = {.root_path = settings.root_path, .is_tls = settings.certfile.has_value()},
      .disconnect_grace = settings.asgi_disconnect_grace_period,
  };
}

// Not if there is none, or a class in Python that has its own ideas of the format.
bool writes_access_log(config::Settings const& settings) {
  return settings.accesslog && !config::has_own_worker_class(settings) && !config::has_own_logger_class(settings);
}

}  // namespace

base::Result<Plan> make_plan(config::Settings const& settings, std::shared_ptr<tls::Tickets> const& tickets) {
  auto format = logging::AccessFormat::compile(settings.access_log_format);
  if (!format) {
    if (writes_access_log(settings)) return std::unexpected(std::move(format.error()));
    format = logging::AccessFormat::compile({});  // whoever writes it understands it
  }
  if (settings.worker_connections == 0)
    return base::failure("\nError: worker_connections = 0: no client would be served; leave it out, or give a number");
  // A class of the user's own may be derived from either of ours; only threads can tell.
  auto const kind = config::effective_worker_class(settings).kind;
  bool const threaded =
      kind == config::WorkerClass::Kind::gthread || (kind == config::WorkerClass::Kind::custom && settings.threads > 1);
  char const* const script_name = ::getenv("SCRIPT_NAME");
  auto core = TRY(core_options(settings, tickets));
  auto const lanes = threaded ? std::max(settings.threads, 1u) : 1;
  if (lanes > 1) core.events_per_turn = 32;  // who is done with a request waits for the one that reads
  bool const is_tls = core.certificates != nullptr;
  auto const content_pace = core.content;
  return Plan{
      .core = std::move(core),
      .lanes = lanes,
      .max_requests = settings.max_requests,
      .max_requests_jitter = settings.max_requests_jitter,
      .graceful_timeout = settings.graceful_timeout,
      .request_timeout = threaded ? settings.timeout : config::Seconds::zero(),
      .heartbeat = heartbeat(settings.timeout),
      .access_format = std::move(*format),
      .environ = {.multithread = threaded,
                  .multiprocess = settings.workers.count > 1,
                  .script_name = script_name ? script_name : "",
                  .is_tls = is_tls,
                  .content_pace = content_pace},
      .asgi = asgi(settings),
      .sendfile = settings.sendfile,
      .sendfile_root = settings.sendfile_root.value_or(""),
      .reload = settings.reload,
      .reload_engine = static_cast<Reloader::Engine>(settings.reload_engine),
      .reload_extra_files = settings.reload_extra_files,
      .spew = settings.spew,
  };
}

}  // namespace worker
