#include "http/head_check.h"

#include <algorithm>

#include "base/strings.h"
#include "http/authority.h"
#include "http/syntax.h"

namespace http {
namespace {

using base::equal_ignoring_case;

constexpr std::string_view kBlanks = " \t";

Slice after(Slice slice, std::size_t skipped) {
  auto const count = static_cast<std::uint32_t>(std::min<std::size_t>(skipped, slice.size));
  return {slice.begin + count, slice.size - count};
}

Slice before(Slice slice, std::size_t end) {
  return {slice.begin, static_cast<std::uint32_t>(std::min<std::size_t>(end, slice.size))};
}

Refusal invalid_field(std::string_view name) {
  return {400, "Invalid HTTP Header: '" + std::string(name) + "'"};
}

Refusal invalid_target(std::string_view target) {
  return {400, "Invalid request target: '" + std::string(target) + "'"};
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

// RFC 9112 section 3.2: origin-form, absolute-form, authority-form (CONNECT only), asterisk-form (OPTIONS only). What
// the absolute form says of the host goes before the Host field.
std::optional<Refusal> split_target(Request& request) {
  auto target = request.target;
  std::optional<Slice> root;
  auto const text = request.text(target);
  auto const method = request.text(request.method);
  if (text.contains('#')) return invalid_target(text);
  if (method == "CONNECT") {
    auto const authority = Authority::parse(text);
    if (!authority || authority->host.empty() || !authority->has_valid_port()) return invalid_target(text);
  } else if (text == "*") {
    if (method != "OPTIONS") return invalid_target(text);
  } else if (!text.starts_with('/')) {
    auto const scheme_end = text.find("://");
    if (scheme_end == text.npos || !is_token(text.substr(0, scheme_end))) return invalid_target(text);
    auto const rest = after(target, scheme_end + 3);
    auto const path = request.text(rest).find_first_of("/?");
    request.authority = before(rest, path);
    auto const authority = Authority::parse(request.text(request.authority));
    if (!authority || authority->host.empty()) return invalid_target(text);
    target = after(rest, path);
    // RFC 9110 section 4.2.3: no path is "/", and one stands in "://". Of OPTIONS it is the server as a whole.
    bool const has_path = request.text(target).starts_with('/');
    if (!has_path && method != "OPTIONS") root = {request.target.begin + static_cast<std::uint32_t>(scheme_end) + 1, 1};
  }
  auto const question = request.text(target).find('?');
  request.path = root.value_or(before(target, question));
  if (question != std::string_view::npos) request.query = after(target, question + 1);
  return std::nullopt;
}

// RFC 9112 section 3.2: exactly one Host in HTTP/1.1. A second one, or a second Content-Type, is how two readers are
// made to disagree.
std::optional<Refusal> check_singletons(Request& request) {
  int hosts = 0, content_types = 0;
  for (auto& field : request.fields) {
    auto const name = request.text(field.name);
    if (equal_ignoring_case(name, "Host")) {
      ++hosts;
      if (!Authority::parse(request.text(field.value))) return invalid_field("HOST");
      if (request.authority.size) field.value = request.authority;
    } else if (equal_ignoring_case(name, "Content-Type")) {
      ++content_types;
    }
  }
  if (hosts > 1 || (hosts == 0 && request.minor_version >= 1)) return invalid_field("HOST");
  if (content_types > 1) return invalid_field("CONTENT-TYPE");
  return std::nullopt;
}

// RFC 9112 sections 6.1 and 6.3: we know one transfer coding, and it must be the last. What an HTTP/1.0 client means by
// any is anybody's guess.
std::optional<Refusal> check_transfer_coding(Request const& request) {
  bool is_chunked = false;
  std::string_view unknown;
  for (auto const& field : request.fields) {
    if (!equal_ignoring_case(request.text(field.name), "Transfer-Encoding")) continue;
    if (request.minor_version == 0) return invalid_field("TRANSFER-ENCODING");
    for (auto const element : base::split(request.text(field.value), ',')) {
      auto const coding = base::trim(element, kBlanks);
      auto const name = base::trim(coding.substr(0, coding.find(';')), kBlanks);
      if (is_chunked || !is_token(name)) return invalid_field("TRANSFER-ENCODING");
      bool const names_chunked = equal_ignoring_case(name, "chunked");
      if (names_chunked && name != coding) return invalid_field("TRANSFER-ENCODING");  // it has no parameters
      is_chunked = names_chunked;
      if (!names_chunked) unknown = coding;
    }
  }
  if (!unknown.empty()) return Refusal{501, "Unsupported transfer coding: '" + std::string(unknown) + "'"};
  if (is_chunked != request.chunked) return invalid_field("TRANSFER-ENCODING");
  return std::nullopt;
}

// RFC 9112 section 9.3.
void decide_persistence(Request& request) {
  bool has_close = false, has_keep_alive = false;
  for (auto const& field : request.fields) {
    if (!equal_ignoring_case(request.text(field.name), "Connection")) continue;
    for_each_element(request.text(field.value), [&](std::string_view option) {
      has_close |= equal_ignoring_case(option, "close");
      has_keep_alive |= equal_ignoring_case(option, "keep-alive");
    });
  }
  request.keep_alive = !has_close && (request.minor_version >= 1 || has_keep_alive);
}

// RFC 9110 section 10.1.1.
std::optional<Refusal> check_expectation(Request& request) {
  if (request.minor_version == 0) return std::nullopt;
  for (auto const& field : request.fields) {
    if (!equal_ignoring_case(request.text(field.name), "Expect")) continue;
    auto const value = request.text(field.value);
    if (!equal_ignoring_case(value, "100-continue"))
      return Refusal{417, "Unable to comply with expectation: '" + std::string(value) + "'"};
    request.expects_continue = true;
  }
  return std::nullopt;
}

bool is_forwarder_header(std::string_view name, Policy const& policy) {
  return std::ranges::any_of(policy.forwarder_headers, [&](std::string const& known) {
    return known == "*" || equal_ignoring_case(known, name);
  });
}

// Content_Length would pass for the field that CGI has a variable of its own for, whatever the policy.
bool passes_for_content_field(std::string_view name) {
  auto const passes_for = [&](std::string_view other) {
    return std::ranges::equal(name, other, [](char a, char b) { return base::to_lower(a == '_' ? '-' : a) == b; });
  };
  return passes_for("content-length") || passes_for("content-type");
}

// CGI spells "-" as "_", so X_Real_IP could pass for X-Real-IP (header_map, forwarder_headers).
std::optional<Refusal> map_underscores(Request& request, Policy const& policy, bool trusted) {
  auto const ambiguous = [&](Field const& field) {
    auto const name = request.text(field.name);
    if (name.find('_') == name.npos) return false;
    bool const permitted = policy.header_map == HeaderMap::dangerous || (trusted && is_forwarder_header(name, policy));
    return !permitted || passes_for_content_field(name);
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
  for (auto const& field : request.fields) {
    auto const name = request.text(field.name);
    for (auto const& known : policy.secure_scheme_headers) {
      if (!equal_ignoring_case(name, known.name)) continue;
      bool const says_secure = request.text(field.value) == known.secure_value;
      if (secure.value_or(says_secure) != says_secure) return Refusal{400, "Contradictory scheme headers"};
      secure = says_secure;
    }
  }
  request.is_secure = secure.value_or(policy.is_tls);
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_head(Request& request, Policy const& policy, bool trusted) {
  if (auto refusal = split_target(request)) return refusal;
  if (auto refusal = check_singletons(request)) return refusal;
  if (auto refusal = check_transfer_coding(request)) return refusal;
  if (auto refusal = check_expectation(request)) return refusal;
  decide_persistence(request);
  if (auto refusal = map_underscores(request, policy, trusted)) return refusal;
  request.is_secure = policy.is_tls;
  if (trusted) return decide_scheme(request, policy);
  return std::nullopt;
}

}  // namespace http
