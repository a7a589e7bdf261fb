// What is written down, and where; and what the processes are called.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error", "critical"};
constexpr std::string_view kLogFile = "a path, or \"-\"";

constexpr Row kLoggingRows[] = {
    {.name = "accesslog",
     .flags = {"--access-logfile"},
     .metavar = "FILE",
     .field = expecting(field<&Settings::accesslog>(), kLogFile),
     .help = "The file for a line about each request; - is standard output. Not given, there is no access log."},
    {.name = "disable_redirect_access_to_syslog",
     .flags = {"--disable-redirect-access-to-syslog"},
     .field = field<&Settings::disable_redirect_access_to_syslog>(),
     .help = "Keep the access log out of syslog."},
    {.name = "access_log_format",
     .flags = {"--access-logformat"},
     .metavar = "STRING",
     .field = field<&Settings::access_log_format>(),
     .help = "What a line of the access log looks like. %(h)s client address, %(l)s \"-\", %(u)s user, %(t)s time, "
             "%(r)s request line, %(m)s method, %(U)s path, %(q)s query, %(H)s protocol, %(s)s status, %(B)s and %(b)s "
             "bytes of the answer, %(f)s referer, %(a)s user agent, %(T)s, %(M)s, %(D)s and %(L)s duration in seconds, "
             "milliseconds, microseconds and decimal seconds, %(p)s process, %({name}i)s request header, %({name}o)s "
             "response header, %({name}e)s environ variable."},
    {.name = "errorlog",
     .flags = {"--error-logfile", "--log-file"},
     .metavar = "FILE",
     .field = expecting(field<&Settings::errorlog>(), kLogFile),
     .help = "The file for what the server has to say; - is standard error."},
    {.name = "loglevel",
     .flags = {"--log-level"},
     .metavar = "LEVEL",
     .field = choice<&Settings::loglevel, assign_level>(kLevels, "Invalid log level: %s"),
     .help = "From which level on the error log is written: debug, info, warning, error or critical."},
    {.name = "capture_output",
     .flags = {"--capture-output"},
     .field = field<&Settings::capture_output>(),
     .help = "Send what the application prints to the error log's file. Only where errorlog is a file."},
    {.name = "logger_class",
     .flags = {"--logger-class"},
     .metavar = "STRING",
     .field = field<&Settings::logger_class, assign_logger>(),
     .help = "A Python class that writes the logs in the server's place."},
    {.name = "logconfig",
     .flags = {"--log-config"},
     .metavar = "FILE",
     .field = field<&Settings::logconfig>(),
     .help = "A file for Python's logging.config.fileConfig."},
    {.name = "logconfig_dict",
     .field = field<&Settings::logconfig_dict>(),
     .help = "A table for Python's logging.config.dictConfig; counts more than logconfig_json and logconfig."},
    {.name = "logconfig_json",
     .flags = {"--log-config-json"},
     .metavar = "FILE",
     .field = field<&Settings::logconfig_json>(),
     .help = "A JSON file for Python's logging.config.dictConfig; counts more than logconfig."},
    {.name = "syslog_addr",
     .flags = {"--log-syslog-to"},
     .metavar = "SYSLOG_ADDR",
     .field = expecting(field<&Settings::syslog_addr>(), "udp://HOST:PORT, tcp://HOST:PORT or unix://PATH"),
     .help = "Where syslog listens: unix://PATH, unix://PATH#dgram, unix://PATH#stream, udp://HOST:PORT or "
             "tcp://HOST:PORT."},
    {.name = "syslog",
     .flags = {"--log-syslog"},
     .field = field<&Settings::syslog>(),
     .help = "Send the logs to syslog too. Which of them: the error log always, the access log unless "
             "disable_redirect_access_to_syslog is set."},
    {.name = "syslog_prefix",
     .flags = {"--log-syslog-prefix"},
     .metavar = "SYSLOG_PREFIX",
     .field = field<&Settings::syslog_prefix>(),
     .help = "The program's name in syslog lines; the process name if not given."},
    {.name = "syslog_facility",
     .flags = {"--log-syslog-facility"},
     .metavar = "SYSLOG_FACILITY",
     .field = expecting(field<&Settings::syslog_facility>(), "the name of a syslog facility"),
     .help = "The facility of syslog lines: user, daemon, local0 and so on."},
    {.name = "enable_stdio_inheritance",
     .flags = {"-R", "--enable-stdio-inheritance"},
     .field = field<&Settings::enable_stdio_inheritance>(),
     .help = "Keep standard output and error open in daemon mode, except where they are the terminal."},
    {.name = "statsd_host",
     .flags = {"--statsd-host"},
     .metavar = "STATSD_ADDR",
     .field = expecting(field<&Settings::statsd_host, assign_statsd>(), "HOST:PORT or unix://PATH"),
     .help = "The StatsD server to send metrics to, as HOST:PORT or unix://PATH."},
    {.name = "dogstatsd_tags",
     .flags = {"--dogstatsd-tags"},
     .metavar = "DOGSTATSD_TAGS",
     .field = field<&Settings::dogstatsd_tags>(),
     .help = "Tags, separated by commas, for each StatsD metric, in Datadog's extension of the format."},
    {.name = "statsd_prefix",
     .flags = {"--statsd-prefix"},
     .metavar = "STATSD_PREFIX",
     .field = field<&Settings::statsd_prefix>(),
     .help = "What the names of StatsD metrics begin with; a dot follows it."},
    {.name = "enable_backlog_metric",
     .flags = {"--enable-backlog-metric"},
     .field = field<&Settings::enable_backlog_metric>(),
     .help = "Send StatsD, once a second, how many connections wait to be accepted."},
};

// Ours.
constexpr std::string_view kFormats[] = {"text", "json"};

constexpr Row kLogLineRows[] = {
    {.name = "log_format",
     .flags = {"--log-format"},
     .metavar = "STRING",
     .field = choice<&Settings::log_format>(kFormats, "Invalid log format: %s"),
     .help = "What the lines of both logs are: text, or json, an object a line with typed members, correctly escaped "
             "whatever clients send. With json, access_log_format counts for the header fields and variables it names "
             "only: they become members too."},
    {.name = "log_split_streams",
     .flags = {"--log-split-streams"},
     .field = field<&Settings::log_split_streams>(),
     .help = "Write the error log's lines up to INFO to standard output, and those from WARNING on to standard error. "
             "Only where errorlog is -."},
};

constexpr Row kNamingRows[] = {
    {.name = "proc_name",
     .flags = {"-n", "--name"},
     .metavar = "STRING",
     .field = field<&Settings::proc_name>(),
     .help = "What the processes are called in ps and top. Tells several servers on one machine apart."},
    {.name = "default_proc_name",
     .field = field<&Settings::default_proc_name>(),
     .help = "What the processes are called when proc_name is not given.",
     .default_text = "the application's name"},
};

}  // namespace

constexpr Section kLogging{"Logging", kLoggingRows};
constexpr Section kLogLines{.title = "Log Lines", .rows = kLogLineRows, .is_ours = true};
constexpr Section kProcessNaming{"Process Naming", kNamingRows};

}  // namespace config::sections
