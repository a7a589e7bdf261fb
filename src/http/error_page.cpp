#include "http/error_page.h"

#include <format>

#include "http/date.h"
#include "http/status.h"

namespace http {
namespace {

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (char const c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#x27;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string error_content(Refusal const& refusal) {
  return std::format(
      "<html>\n  <head>\n    <title>{0}</title>\n  </head>\n  <body>\n    <h1><p>{0}</p></h1>\n    {1}\n  </body>\n"
      "</html>\n",
      reason_phrase(refusal.status), escape_html(refusal.detail));
}

std::string error_page(Refusal const& refusal, std::string_view method) {
  auto const page = error_content(refusal);
  auto const retry = refusal.retry_after ? std::format("Retry-After: {}\r\n", refusal.retry_after) : std::string();
  return std::format(
      "HTTP/1.1 {} {}\r\nConnection: close\r\nDate: {}\r\n{}Content-Type: text/html\r\nContent-Length: {}\r\n\r\n{}",
      refusal.status, reason_phrase(refusal.status), http_date(base::wall_now()), retry, page.size(),
      method == "HEAD" ? "" : page);
}

}  // namespace http
