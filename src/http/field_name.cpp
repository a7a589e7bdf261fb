#include "http/field_name.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "http/syntax.h"

namespace http {
namespace {

using base::equal_ignoring_case;

// RFC 9110 section 7.6.1 and what identifies this server.
constexpr std::array<std::string_view, 9> kOursToDecide = {"Connection",          "Keep-Alive", "Proxy-Authenticate",
                                                           "Proxy-Authorization", "TE",         "Trailers",
                                                           "Transfer-Encoding",   "Server",     "Date"};

constexpr auto kOursAreOfLength = [] {
  std::uint32_t lengths = 0;
  for (auto const name : kOursToDecide) lengths |= 1U << name.size();
  return lengths;
}();

bool is_ours(std::string_view name) {
  return name.size() < 32 && kOursAreOfLength >> name.size() & 1 &&
         std::ranges::any_of(kOursToDecide, [&](auto known) { return equal_ignoring_case(known, name); });
}

}  // namespace

FieldName FieldName::of(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, is_token_char)) return {text, Kind::invalid};
  if (is_ours(text)) return {text, Kind::ours_to_decide};
  if (equal_ignoring_case(text, "Content-Length")) return {text, Kind::content_length};
  return {text, equal_ignoring_case(text, "Upgrade") ? Kind::upgrade : Kind::other};
}

}  // namespace http
