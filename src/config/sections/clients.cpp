// What clients may ask of the server beyond Gunicorn's limits, and who they are.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr std::string_view kAddressSources[] = {"off", "x-forwarded-for", "forwarded"};

constexpr Row kRows[] = {
    {.name = "limit_request_body",
     .flags = {"--limit-request-body"},
     .metavar = "SIZE",
     .field = field<&Settings::limit_request_body>(),
     .help = "How large the body of a request may be, in bytes or with K, M or G; 0 means no limit. A larger one is "
             "answered 413: where its length is announced before it is sent, otherwise as soon as it is too long."},
    {.name = "real_client_address",
     .flags = {"--real-client-address"},
     .metavar = "FIELD",
     .field = choice<&Settings::real_client_address>(kAddressSources, "Invalid real_client_address: %s"),
     .help = "Where REMOTE_ADDR and the access log take the client's address from when a proxy of forwarded_allow_ips "
             "connects: off (the connection), x-forwarded-for, or forwarded (RFC 7239). It is the right-most address "
             "that is not in forwarded_allow_ips; where that is *, the right-most. Where it comes without a port there "
             "is no REMOTE_PORT."},
    {.name = "header_timeout",
     .flags = {"--header-timeout"},
     .metavar = "INT",
     .field = field<&Settings::header_timeout>(),
     .help =
         "For how many seconds the head of a request may be under way, from its first byte on; later it is answered "
         "408. A client that connects and sends nothing has as long. 0 means for ever."},
    {.name = "body_timeout",
     .flags = {"--body-timeout"},
     .metavar = "INT",
     .field = field<&Settings::body_timeout>(),
     .help = "A request is answered 408 when for so many seconds its body came slower than min_rate; 0 means never. It "
             "may take as long as it needs otherwise."},
    {.name = "write_timeout",
     .flags = {"--write-timeout"},
     .metavar = "INT",
     .field = field<&Settings::write_timeout>(),
     .help =
         "A connection is closed when for so many seconds its client took what is sent to it slower than min_rate; 0 "
         "means never."},
    {.name = "min_rate",
     .flags = {"--min-rate"},
     .metavar = "SIZE",
     .field = field<&Settings::min_rate>(),
     .help =
         "How many bytes a second, on average over body_timeout or write_timeout, make a client that is slow but not "
         "too slow. 0 asks for one byte in that time."},
    {.name = "request_buffering",
     .flags = {"--no-request-buffering"},
     .field = field<&Settings::request_buffering>(),
     .help = "Read a request with all its content before the application is called, so that no slow client can keep a "
             "worker busy; the flag switches that off. For use behind a proxy that buffers requests itself, or where "
             "an application wants to see content while it comes: wsgi.input then waits for the client, as long as "
             "body_timeout and min_rate permit, and may be read by the thread that runs the application alone.",
     .bare = "false"},
    {.name = "buffer_limit",
     .flags = {"--buffer-limit"},
     .metavar = "SIZE",
     .field = field<&Settings::buffer_limit>(),
     .help =
         "How much memory a worker spends on requests that are coming in and answers that slow clients have not taken "
         "yet, in bytes or with K, M or G; 0 means no limit. What is beyond it goes to files (see tmp_upload_dir)."},
    {.name = "queue_limit",
     .flags = {"--queue-limit"},
     .metavar = "INT",
     .field = field<&Settings::queue_limit>(),
     .help = "How many complete requests may wait in a worker for the application; the next ones are answered 503 at "
             "once, with Retry-After. 0 means no limit. With a limit a busy worker also takes connections that no "
             "other worker has taken, to tell them so."},
    {.name = "queue_timeout",
     .flags = {"--queue-timeout"},
     .metavar = "INT",
     .field = field<&Settings::queue_timeout>(),
     .help =
         "For how many seconds a complete request may wait in a worker for the application, before it is answered 503 "
         "instead, with Retry-After. 0 means for ever."},
};

}  // namespace

constexpr Section kClients{.title = "Clients", .rows = kRows, .is_ours = true};

}  // namespace config::sections
