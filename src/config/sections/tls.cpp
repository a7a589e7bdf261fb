// Encryption, and the protocol that usually comes with it, whose machinery is still to come.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr std::string_view kCleartexts[] = {"off", "prior-knowledge", "upgrade", "both"};

constexpr Row kTlsRows[] = {
    {.name = "keyfile",
     .flags = {"--keyfile"},
     .metavar = "FILE",
     .field = field<&Settings::keyfile>(),
     .help = "The file of the private key, without a pass phrase. Without it the key is looked for in certfile."},
    {.name = "certfile",
     .flags = {"--certfile"},
     .metavar = "FILE",
     .field = field<&Settings::certfile>(),
     .help = "The file of the certificate and its chain, as PEM: with it all addresses speak HTTPS. Read again at HUP "
             "and some seconds after the file has changed; connections go on meanwhile."},
    {.name = "ssl_version",
     .flags = {"--ssl-version"},
     .metavar = "INT",
     .field = field<&Settings::ssl_version, assign_whatever>(),
     .help = "Has no effect in Gunicorn since version 21.",
     .support = Support::not_needed,
     .remark = "the versions of TLS are agreed upon with the client"},
    {.name = "cert_reqs",
     .flags = {"--cert-reqs"},
     .metavar = "INT",
     .field = expecting(field<&Settings::cert_reqs>(), "0, 1 or 2"),
     .help = "Whether clients need a certificate: 0 no, 1 checked if sent, 2 required. Applications find it in "
             "SSL_CLIENT_VERIFY (SUCCESS or NONE), SSL_CLIENT_S_DN, SSL_CLIENT_S_DN_CN, SSL_CLIENT_I_DN, "
             "SSL_CLIENT_M_SERIAL, SSL_CLIENT_V_START, SSL_CLIENT_V_END and SSL_CLIENT_CERT of the environ. Sessions "
             "are not resumed then: each connection proves itself."},
    {.name = "ca_certs",
     .flags = {"--ca-certs"},
     .metavar = "FILE",
     .field = field<&Settings::ca_certs>(),
     .help = "The file of the authorities that clients' certificates are checked against."},
    {.name = "suppress_ragged_eofs",
     .flags = {"--suppress-ragged-eofs"},
     .field = field<&Settings::suppress_ragged_eofs>(),
     .help = "Take the end of a TLS connection without a farewell for a normal end.",
     .support = Support::not_needed,
     .remark = "a client that leaves without a farewell ends its connection and nothing else"},
    {.name = "do_handshake_on_connect",
     .flags = {"--do-handshake-on-connect"},
     .field = field<&Settings::do_handshake_on_connect>(),
     .help = "Begin the TLS handshake when the connection is accepted, not at the first read.",
     .support = Support::not_needed,
     .remark = "the handshake begins when the connection is accepted, and keeps no worker waiting"},
    {.name = "ciphers",
     .flags = {"--ciphers"},
     .metavar = "STRING",
     .field = field<&Settings::ciphers>(),
     .help =
         "The ciphers that may be used, as OpenSSL lists them. Without it those with forward secrecy and "
         "authenticated encryption. The list is for TLS 1.2; of TLS 1.3 all are offered, or those that it names, and "
         "with names of TLS 1.3 alone there is no TLS 1.2. Where a client offers both AES suites of TLS 1.3, the one "
         "of 128 bits is taken."},
};

constexpr Row kCertificateRows[] = {
    {.name = "sni_certificates",
     .flags = {"--sni-certificate"},
     .metavar = "CERTFILE:KEYFILE",
     .field = field<&Settings::sni_certificates>(),
     .help = "Certificates for clients that name a host which certfile is not for, each as CERTFILE:KEYFILE or as one "
             "file with both. Which names they are for stands in them, wildcards included."},
};

constexpr Row kHttp2Rows[] = {
    {.name = "http_protocols",
     .flags = {"--http-protocols"},
     .metavar = "STRING",
     .field = shaped(expecting(field<&Settings::http_protocols, assign_protocols>(), "h1, h2, or both with a comma"),
                     Field::Shape::text),
     .help = "The versions of HTTP to offer, best first, separated by commas: h1, h2.",
     .support = Support::not_yet},
    {.name = "http2_cleartext",
     .flags = {"--http2-cleartext"},
     .metavar = "STRING",
     .field = choice<&Settings::http2_cleartext, assign_cleartext>(kCleartexts, "Invalid http2_cleartext: %s"),
     .help = "How HTTP/2 may be spoken without TLS: off, prior-knowledge, upgrade or both.",
     .support = Support::not_yet},
    {.name = "http2_max_concurrent_streams",
     .flags = {"--http2-max-concurrent-streams"},
     .metavar = "INT",
     .field = field<&Settings::http2_max_concurrent_streams>(),
     .help = "How many requests one HTTP/2 connection may have open.",
     .support = Support::not_yet},
    {.name = "http2_initial_window_size",
     .flags = {"--http2-initial-window-size"},
     .metavar = "INT",
     .field = field<&Settings::http2_initial_window_size>(),
     .help = "How many bytes of a request body may be under way on an HTTP/2 stream.",
     .support = Support::not_yet},
    {.name = "http2_max_frame_size",
     .flags = {"--http2-max-frame-size"},
     .metavar = "INT",
     .field = expecting(field<&Settings::http2_max_frame_size, assign_frame_size>(),
                        "a whole number from 16384 to 16777215"),
     .help = "How many bytes an HTTP/2 frame may carry.",
     .support = Support::not_yet},
    {.name = "http2_max_header_list_size",
     .flags = {"--http2-max-header-list-size"},
     .metavar = "INT",
     .field = field<&Settings::http2_max_header_list_size>(),
     .help = "How many bytes the header fields of an HTTP/2 request may have; 0 means no limit.",
     .support = Support::not_yet},
};

}  // namespace

constexpr Section kTls{"SSL", kTlsRows};
constexpr Section kHttp2{"HTTP/2", kHttp2Rows};
constexpr Section kCertificates{"Certificates", kCertificateRows, true};

}  // namespace config::sections
