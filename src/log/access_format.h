// Gunicorn's access_log_format, compiled once and rendered per request without allocating.
//
//   %(h)s remote address         %(l)s "-"                      %(u)s user
//   %(t)s [20/Nov/2026:09:34:47 +0000]                          %(r)s "GET /path?x=1 HTTP/1.1"
//   %(m)s method                 %(U)s path                     %(q)s query string         %(H)s protocol
//   %(s)s status                 %(B)s, %(b)s bytes of body     %(f)s referer              %(a)s user agent
//   %(T)s seconds                %(M)s milliseconds             %(D)s microseconds         %(L)s 0.001234
//   %(p)s <pid>                  %({Name}i)s request header     %({Name}o)s response header
//   %({NAME}e)s WSGI environ     %% a percent sign
//
// What is unknown or empty shows as "-". As Python's % operator does, a minus sign, a width and a precision are taken
// between the parenthesis and the letter, which is s, d or i.
//
// Text from clients cannot forge lines or fields: a quote becomes \", a backslash \\, a control byte \xHH.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log/access_record.h"

namespace logging {

class AccessFormat {
 public:
  // Fails in one sentence that quotes the place.
  static base::Result<AccessFormat> compile(std::string_view format);

  enum class Atom : std::uint8_t {
    literal,
    dash,
    remote_address,
    user,
    time,
    request_line,
    method,
    path,
    query,
    protocol,
    status,
    bytes,
    referer,
    user_agent,
    seconds,
    milliseconds,
    microseconds,
    decimal_seconds,
    process,
    request_header,
    response_header,
    environ_value,
  };
  struct Piece {
    Atom atom;
    std::string text = "";  // of a literal; the name of a header or variable
    bool is_left_aligned = false;
    std::size_t width = 0;
    std::size_t precision = std::string::npos;
  };

  std::vector<Piece> const& pieces() const { return pieces_; }

 private:
  explicit AccessFormat(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  std::vector<Piece> pieces_;
};

}  // namespace logging
