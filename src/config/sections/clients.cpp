// What clients may ask of the server beyond Gunicorn's limits, and who they are.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr Row kRows[] = {
    {.name = "limit_request_body",
     .flags = {"--limit-request-body"},
     .metavar = "SIZE",
     .field = field<&Settings::limit_request_body>(),
     .help = "How large the body of a request may be, in bytes or with K, M or G; 0 means no limit. A larger one is "
             "answered 413: where its length is announced before it is sent, otherwise as soon as it is too long."},
};

}  // namespace

constexpr Section kClients{.title = "Clients", .rows = kRows, .is_ours = true};

}  // namespace config::sections
