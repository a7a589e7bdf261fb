// Whom to believe about the client, and where the strict reading of HTTP may be given up.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr std::string_view kProxyProtocols[] = {"off", "v1", "v2", "auto"};
constexpr std::string_view kProtocols[] = {"http", "uwsgi"};
constexpr std::string_view kHeaderMaps[] = {"drop", "refuse", "dangerous"};
constexpr std::string_view kNetworks = "addresses and networks, separated by commas, or *";

template <auto Member>
constexpr Field networks() {
  return shaped(expecting(field<Member, assign_networks>(), kNetworks), Field::Shape::text);
}

constexpr Row kForwardingRows[] = {
    {.name = "secure_scheme_headers",
     .field = field<&Settings::secure_scheme_headers>(),
     .help = "Header fields, and the value of each, by which a trusted proxy says that the client came over HTTPS. "
             "Fields that contradict each other are answered 400."},
    {.name = "forwarded_allow_ips",
     .flags = {"--forwarded-allow-ips"},
     .metavar = "STRING",
     .field = networks<&Settings::forwarded_allow_ips>(),
     .help = "The addresses and networks of proxies whose forwarding headers are believed, separated by commas; * "
             "believes everybody. The default is the variable FORWARDED_ALLOW_IPS if set. Who connects over a unix "
             "socket is always believed.",
     .default_text = "$FORWARDED_ALLOW_IPS, or 127.0.0.1,::1"},
    {.name = "proxy_protocol",
     .flags = {"--proxy-protocol"},
     .metavar = "MODE",
     .field = choice<&Settings::proxy_protocol, assign_proxy_protocol>(kProxyProtocols,
                                                                       "proxy_protocol must be: off, v1, v2, or auto"),
     .help = "Whether proxies announce the client by the PROXY protocol: off, v1, v2 or auto (either version). The "
             "bare flag "
             "means auto. The announced address is the client's for the whole connection. It comes before TLS; a "
             "connection "
             "that begins without it is served as it is.",
     .bare = "auto"},
    {.name = "proxy_allow_ips",
     .flags = {"--proxy-allow-from"},
     .metavar = "STRING",
     .field = networks<&Settings::proxy_allow_ips>(),
     .help =
         "The addresses and networks that may use the PROXY protocol, separated by commas; * means everybody. Others "
         "who use it are answered 403."},
    {.name = "protocol",
     .flags = {"--protocol"},
     .metavar = "STRING",
     .field = choice<&Settings::protocol>(kProtocols, "Invalid protocol: %s"),
     .help = "What clients speak: http, or the uwsgi protocol of nginx.",
     .support = Support::not_yet},
    {.name = "uwsgi_allow_ips",
     .flags = {"--uwsgi-allow-from"},
     .metavar = "STRING",
     .field = networks<&Settings::uwsgi_allow_ips>(),
     .help = "The addresses that may use the uwsgi protocol, separated by commas; * means everybody.",
     .support = Support::not_yet},
    {.name = "forwarder_headers",
     .flags = {"--forwarder-headers"},
     .metavar = "STRING",
     .field = shaped(field<&Settings::forwarder_headers, assign_comma_list>(), Field::Shape::text),
     .help = "Names with an underscore that a trusted proxy may send as header fields, separated by commas; * means "
             "any."},
    {.name = "header_map",
     .flags = {"--header-map"},
     .metavar = "STRING",
     .field = choice<&Settings::header_map>(kHeaderMaps, "Invalid header map behaviour: %s"),
     .help = "What becomes of header fields whose name could be mistaken for another's, because of an underscore: drop "
             "leaves them out, refuse answers 400, dangerous hands them on."},
    {.name = "root_path",
     .flags = {"--root-path"},
     .metavar = "STRING",
     .field = field<&Settings::root_path>(),
     .help = "The path under which an asgi application is mounted."},
};

constexpr Row kLeniencyRows[] = {
    {.name = "permit_obsolete_folding",
     .flags = {"--permit-obsolete-folding"},
     .field = field<&Settings::permit_obsolete_folding>(),
     .help = "Accept header fields that go on in the next line, which becomes a space. Only behind a proxy that reads "
             "them the "
             "same way."},
    {.name = "strip_header_spaces",
     .flags = {"--strip-header-spaces"},
     .field = field<&Settings::strip_header_spaces>(),
     .help = "Accept blanks between the name of a header field and its colon. It invites request smuggling."},
    {.name = "permit_unconventional_http_method",
     .flags = {"--permit-unconventional-http-method"},
     .field = field<&Settings::permit_unconventional_http_method>(),
     .help = "Accept any token as a method, also in lower case, with #, and shorter than 3 or longer than 20 letters."},
    {.name = "permit_unconventional_http_version",
     .flags = {"--permit-unconventional-http-version"},
     .field = field<&Settings::permit_unconventional_http_version>(),
     .help = "Accept versions whose major number is not 1: below it a request is read as HTTP/1.0, above it as "
             "HTTP/1.1. HTTP/1.2 "
             "to HTTP/1.9 are always read as HTTP/1.1, as RFC 9110 asks for."},
    {.name = "casefold_http_method",
     .flags = {"--casefold-http-method"},
     .field = field<&Settings::casefold_http_method>(),
     .help = "Turn methods into upper case before the application sees them."},
};

}  // namespace

constexpr Section kForwarding{"Proxies and Protocols", kForwardingRows};
constexpr Section kHttpLeniency{"HTTP Leniency", kLeniencyRows};

}  // namespace config::sections
