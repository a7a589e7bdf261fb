// Every setting of the server as a plain value: the names, meanings and defaults of Gunicorn, and a few of ours.
// Made by merge(), copied freely, never changed behind a reader's back. What each one means at length is in
// config/settings.md, which is generated from the table that fills this struct.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "config/hook.h"
#include "config/raw_value.h"
#include "log/options.h"

namespace config {

using Seconds = std::chrono::seconds;
using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

// How many workers to keep. `count` is the answer to use; `is_auto` says that it came from the machine's limits.
struct WorkerCount {
  unsigned count = 1;
  bool is_auto = false;

  bool operator==(WorkerCount const&) const = default;
};

// `kind` is custom for a class of the user's own, which `name` (a Python path) or `object` then denotes.
struct WorkerClass {
  enum class Kind { sync, gthread, asgi, gevent, eventlet, tornado, custom };
  Kind kind = Kind::sync;
  std::string name = "sync";
  std::optional<Callable> object = {};

  bool operator==(WorkerClass const&) const = default;
};

// A class of the user's own, by Python path or as a Python config named it.
struct ClassName {
  std::string name;
  std::optional<Callable> object = {};

  bool operator==(ClassName const&) const = default;
};

// Whom a file shall belong to; a part that is missing is left as it is. `text` is how it was written.
struct FileOwner {
  std::optional<uid_t> user = {};
  std::optional<gid_t> group = {};
  std::string text;

  bool operator==(FileOwner const&) const = default;
};

// The order of the words is the order of the table's word lists.
enum class RealClientAddress { off, x_forwarded_for, forwarded };
enum class HeaderMap { drop, refuse, dangerous };
enum class ReloadEngine { auto_detect, poll, inotify };
enum class ProxyProtocol { off, v1, v2, auto_detect };
enum class Protocol { http, uwsgi };
enum class HttpParser { auto_detect, fast, python };
enum class AsgiLoop { auto_detect, asyncio, uvloop };
enum class AsgiLifespan { auto_detect, on, off };
enum class Http2Cleartext { off, prior_knowledge, upgrade, both };

struct Settings {
  // Config file
  std::optional<std::string> config = "./gunicorn.conf.py";
  std::optional<std::string> wsgi_app;  // "module" or "module:callable"; the command line's APP_MODULE lands here too

  // Server socket
  Texts bind = {"127.0.0.1:8000"};
  int backlog = 2048;

  // Worker processes
  WorkerCount workers;
  WorkerClass worker_class;  // as configured; effective_worker_class() is the one to run
  unsigned threads = 1;
  unsigned worker_connections = 1000;
  std::uint64_t max_requests = 0;  // 0: no limit
  std::uint64_t max_requests_jitter = 0;
  Seconds timeout{30};  // 0: off
  Seconds graceful_timeout{30};
  Seconds drain_delay{0};
  Seconds keepalive{2};  // 0: off
  AsgiLoop asgi_loop = AsgiLoop::auto_detect;
  AsgiLifespan asgi_lifespan = AsgiLifespan::auto_detect;
  Seconds asgi_disconnect_grace_period{3};
  HttpParser http_parser = HttpParser::auto_detect;

  // Security: bytes and counts as configured; what 0 and huge values mean is for the reader (see the help texts)
  std::size_t limit_request_line = 4094;
  std::size_t limit_request_fields = 100;
  std::size_t limit_request_field_size = 8190;
  base::ByteSize limit_request_body;  // 0: no limit
  RealClientAddress real_client_address = RealClientAddress::off;

  // Slow clients, our own; 0: no limit
  Seconds header_timeout{30};
  Seconds body_timeout{30};
  Seconds write_timeout{30};
  base::ByteSize min_rate{240};  // a second

  bool request_buffering = true;  // our own

  // Many clients, our own; 0: no limit
  base::ByteSize buffer_limit{64 << 20};
  unsigned queue_limit = 0;
  Seconds queue_timeout{0};

  // Debugging
  bool reload = false;
  ReloadEngine reload_engine = ReloadEngine::auto_detect;
  Texts reload_extra_files;
  bool spew = false;
  bool check_config = false;
  bool print_config = false;
  bool print_origins = true;

  // Server mechanics
  bool preload_app = false;
  bool sendfile = true;
  std::optional<std::string> sendfile_root;
  bool reuse_port = false;
  std::string chdir;  // absolute
  bool daemon = false;
  Texts raw_env;  // each "NAME=value", checked
  std::optional<std::string> pidfile;
  std::optional<std::string> worker_tmp_dir;
  std::optional<uid_t> user;   // never empty after merge()
  std::optional<gid_t> group;  // never empty after merge()
  mode_t umask = 0;
  bool initgroups = false;
  std::optional<std::string> tmp_upload_dir;
  Pairs secure_scheme_headers = {
      {"X-FORWARDED-PROTOCOL", "ssl"}, {"X-FORWARDED-PROTO", "https"}, {"X-FORWARDED-SSL", "on"}};
  Texts forwarded_allow_ips = {"127.0.0.1", "::1"};  // addresses, networks, or "*"
  std::optional<std::string> pythonpath;             // comma-separated directories
  std::optional<std::string> paste;
  Texts raw_paste_global_conf;
  ProxyProtocol proxy_protocol = ProxyProtocol::off;
  Texts proxy_allow_ips = {"127.0.0.1", "::1"};
  Protocol protocol = Protocol::http;
  Texts uwsgi_allow_ips = {"127.0.0.1", "::1"};
  bool permit_obsolete_folding = false;
  bool strip_header_spaces = false;
  bool permit_unconventional_http_method = false;
  bool permit_unconventional_http_version = false;
  bool casefold_http_method = false;
  Texts forwarder_headers = {"SCRIPT_NAME", "PATH_INFO"};
  HeaderMap header_map = HeaderMap::drop;
  std::string root_path;

  // Logging
  std::optional<std::string> accesslog;  // a path, "-" for stdout; empty: no access log
  bool disable_redirect_access_to_syslog = false;
  std::string access_log_format = R"(%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s")";
  std::optional<std::string> errorlog = "-";  // a path, "-" for stderr
  logging::Level loglevel = logging::Level::info;
  bool capture_output = false;
  ClassName logger_class = {"gunicorn.glogging.Logger"};
  std::optional<std::string> logconfig;
  RawTable logconfig_dict;
  std::optional<std::string> logconfig_json;
  std::optional<std::string> syslog_addr = "udp://localhost:514";
  bool syslog = false;
  std::optional<std::string> syslog_prefix;
  std::optional<std::string> syslog_facility = "user";
  bool enable_stdio_inheritance = false;
  std::optional<std::string> statsd_host;  // "host:port" or "unix:PATH"
  std::optional<std::string> dogstatsd_tags = "";
  std::optional<std::string> statsd_prefix = "";
  bool enable_backlog_metric = false;

  // Log lines, our own
  logging::Format log_format = logging::Format::text;
  bool log_split_streams = false;

  // Process naming
  std::optional<std::string> proc_name;
  std::string default_proc_name = "monoceros";  // merge() puts the application's name here

  // TLS
  std::optional<std::string> keyfile;
  std::optional<std::string> certfile;
  int ssl_version = 2;
  int cert_reqs = 0;
  std::optional<std::string> ca_certs;
  bool suppress_ragged_eofs = true;
  bool do_handshake_on_connect = false;
  std::optional<std::string> ciphers;
  Texts sni_certificates;  // "certfile:keyfile", or one file with both; our own

  // HTTP/2
  Texts http_protocols = {"h1"};
  Http2Cleartext http2_cleartext = Http2Cleartext::off;
  unsigned http2_max_concurrent_streams = 100;
  unsigned http2_initial_window_size = 65535;
  unsigned http2_max_frame_size = 16384;
  unsigned http2_max_header_list_size = 65536;

  // Dirty arbiters
  Texts dirty_apps;
  unsigned dirty_workers = 0;
  Seconds dirty_timeout{300};
  unsigned dirty_threads = 1;
  Seconds dirty_graceful_timeout{30};

  // Control interface
  std::optional<std::string> control_socket;
  mode_t control_socket_mode = 0600;
  bool control_socket_disable = false;

  // Unix sockets
  std::optional<mode_t> unix_socket_mode;
  std::optional<FileOwner> unix_socket_owner;

  // Server hooks
  Hook on_starting, on_reload, when_ready, pre_fork, post_fork, post_worker_init, worker_int, worker_abort, pre_exec,
      pre_request, post_request, child_exit, worker_exit, nworkers_changed, on_exit, ssl_context;
  Hook on_dirty_starting, dirty_post_fork, dirty_worker_init, dirty_worker_exit;
};

// `worker_class`, except that several threads turn sync into gthread, as Gunicorn does.
WorkerClass effective_worker_class(Settings const&);

// Its workers are of a class written in Python, which has to be imported.
bool has_own_worker_class(Settings const&);

// Its workers serve applications of ASGI on an event loop.
bool is_asgi(Settings const&);

// Its logger is of a class that is not Gunicorn's.
bool has_own_logger_class(Settings const&);

// The name for process titles and log prefixes: proc_name, else default_proc_name.
std::string const& process_name(Settings const&);

}  // namespace config
