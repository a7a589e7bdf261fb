#include "http/head_check.h"

#include <algorithm>

#include "base/strings.h"

namespace http {
namespace {

using base::equal_ignoring_case;

Slice after(Slice slice, std::size_t skipped) {
  auto const count = static_cast<std::uint32_t>(std::min<std::size_t>(skipped, slice.size));
  return {slice.begin + count, slice.size - count};
}

Slice before(Slice slice, std::size_t end) {
  return {slice.begin, static_cast<std::uint32_t>(std::min<std::size_t>(end, slice.size))};
}

// RFC 9112 section 3.2: origin-form, absolute-form, authority-form (CONNECT), asterisk-form (OPTIONS).
std::optional<Refusal> split_target(Request& request) {
  auto target = request.target;
  auto const text = request.text(target);
  bool const is_connect = request.text(request.method) == "CONNECT";
  if (text == "*") {
    if (request.text(request.method) != "OPTIONS") return Refusal{400, "Invalid request target: '*'"};
  } else if (!text.starts_with('/') && !is_connect) {
    auto const scheme_end = text.find("://");
    if (scheme_end == text.npos) return Refusal{400, "Invalid request target: '" + std::string(text) + "'"};
    auto const path = text.find_first_of("/?#", scheme_end + 3);
    target = after(target, path == text.npos ? text.size() : path);
  }
  target = before(target, request.text(target).find('#'));
  auto const question = request.text(target).find('?');
  request.path = before(target, question);
  if (question != std::string_view::npos) request.query = after(target, question + 1);
  return std::nullopt;
}

bool is_host(std::string_view value) {
  return std::ranges::none_of(value, [](char c) { return c <= ' ' || c == '/' || c == '?' || c == '#' || c == '@'; });
}

// RFC 9112 section 3.2: exactly one Host in HTTP/1.1. A second one, or a second Content-Type, is how two readers are
// made to disagree.
std::optional<Refusal> check_singletons(Request const& request) {
  int hosts = 0, content_types = 0;
  for (auto const& field : request.fields) {
    auto const name = request.text(field.name);
    if (equal_ignoring_case(name, "Host")) {
      ++hosts;
      if (!is_host(request.text(field.value))) return Refusal{400, "Invalid HTTP Header: 'HOST'"};
    } else if (equal_ignoring_case(name, "Content-Type")) {
      ++content_types;
    }
  }
  if (hosts > 1 || (hosts == 0 && request.minor_version >= 1)) return Refusal{400, "Invalid HTTP Header: 'HOST'"};
  if (content_types > 1) return Refusal{400, "Invalid HTTP Header: 'CONTENT-TYPE'"};
  return std::nullopt;
}

// RFC 9112 section 6.1: we know one transfer coding. What an HTTP/1.0 client means by any is anybody's guess.
std::optional<Refusal> check_transfer_coding(Request const& request) {
  for (auto const& field : request.fields) {
    if (!equal_ignoring_case(request.text(field.name), "Transfer-Encoding")) continue;
    auto const coding = request.text(field.value);
    if (request.minor_version == 0) return Refusal{400, "Invalid HTTP Header: 'TRANSFER-ENCODING'"};
    if (equal_ignoring_case(coding, "chunked")) continue;
    bool const plain = !coding.empty() && std::ranges::all_of(coding, [](char c) {
      return (base::to_lower(c) >= 'a' && base::to_lower(c) <= 'z') || base::is_digit(c) || c == '-' || c == ',' ||
             c == ' ';
    });
    if (!plain) return Refusal{400, "Invalid HTTP Header: 'TRANSFER-ENCODING'"};
    return Refusal{501, "Unsupported transfer coding: '" + std::string(coding) + "'"};
  }
  return std::nullopt;
}

// RFC 9110 section 10.1.1.
std::optional<Refusal> check_expectation(Request& request) {
  auto const value = request.field("Expect");
  if (!value || request.minor_version == 0) return std::nullopt;
  if (!equal_ignoring_case(*value, "100-continue"))
    return Refusal{417, "Unable to comply with expectation: '" + std::string(*value) + "'"};
  request.expects_continue = true;
  return std::nullopt;
}

bool is_forwarder_header(std::string_view name, Policy const& policy) {
  return std::ranges::any_of(policy.forwarder_headers, [&](std::string const& known) {
    return known == "*" || equal_ignoring_case(known, name);
  });
}

// CGI spells "-" as "_", so X_Real_IP could pass for X-Real-IP (header_map, forwarder_headers).
std::optional<Refusal> map_underscores(Request& request, Policy const& policy, bool trusted) {
  if (policy.header_map == HeaderMap::dangerous) return std::nullopt;
  auto const ambiguous = [&](Field const& field) {
    auto const name = request.text(field.name);
    return name.find('_') != name.npos && !(trusted && is_forwarder_header(name, policy));
  };
  auto const first = std::ranges::find_if(request.fields, ambiguous);
  if (first == request.fields.end()) return std::nullopt;
  if (policy.header_map == HeaderMap::refuse)
    return Refusal{400, "Invalid HTTP header name: '" + std::string(request.text(first->name)) + "'"};
  std::erase_if(request.fields, ambiguous);
  return std::nullopt;
}

std::optional<Refusal> decide_scheme(Request& request, Policy const& policy) {
  std::optional<bool> secure;
  for (auto const& [name, secure_value] : policy.secure_scheme_headers) {
    auto const value = request.field(name);
    if (!value) continue;
    bool const says_secure = *value == secure_value;
    if (secure.value_or(says_secure) != says_secure) return Refusal{400, "Contradictory scheme headers"};
    secure = says_secure;
  }
  request.is_secure = secure.value_or(false);
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_head(Request& request, Policy const& policy, bool trusted) {
  if (auto refusal = split_target(request)) return refusal;
  if (auto refusal = check_singletons(request)) return refusal;
  if (auto refusal = check_transfer_coding(request)) return refusal;
  if (auto refusal = check_expectation(request)) return refusal;
  if (auto refusal = map_underscores(request, policy, trusted)) return refusal;
  if (trusted) return decide_scheme(request, policy);
  return std::nullopt;
}

}  // namespace http
