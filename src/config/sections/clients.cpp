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
};

}  // namespace

constexpr Section kClients{.title = "Clients", .rows = kRows, .is_ours = true};

}  // namespace config::sections
