#include "http/response.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/strings.h"
#include "http/connection.h"
#include "http/status.h"

namespace http {
namespace {

// RFC 9110 section 5.5: no control characters but HTAB; CR and LF would begin another field.
constexpr auto kControls = [] {
  std::array<bool, 256> is_one{};
  for (unsigned c = 0; c < ' '; ++c) is_one[c] = c != '\t';
  is_one[127] = true;
  return is_one;
}();

bool is_value(std::string_view value) {
  return std::ranges::none_of(value, [](char c) { return kControls[static_cast<unsigned char>(c)]; });
}

constexpr std::size_t kSmall = 4096;  // bytes of content: to copy them costs less than to send in two pieces

iovec piece(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

struct ChunkSize {
  explicit ChunkSize(std::size_t size) {
    auto const end = std::to_chars(text, text + sizeof text - 2, size, 16).ptr;
    std::transform(text, end, text, base::to_upper);
    end[0] = '\r', end[1] = '\n';
    length = static_cast<std::size_t>(end + 2 - text);
  }
  char text[20];
  std::size_t length;
};

}  // namespace

void Response::identify_as(std::string_view server) {
  server_line_ = server.empty() ? std::string() : "Server: " + std::string(server) + "\r\n";
  preamble_ = {};
}

void Response::begin(Request const& request) {
  minor_version_ = request.minor_version;
  is_head_ = request.text(request.method) == "HEAD";
  // What follows may be meant for the tunnel that somebody before us believes in (RFC 9110 section 9.3.6).
  is_connect_ = request.text(request.method) == "CONNECT";
  persists_ = request.keep_alive && !is_connect_;
  status_ = 0;
  status_line_.clear();
  fields_.clear();
  length_.reset();
  length_is_applications_ = false;
  takes_content_ = true;
  head_sent_ = false;
  named_file_.clear();
  file_error_.clear();
  burst_.clear();
  sent_ = 0;
  is_handed_over_.store(false, std::memory_order_relaxed);
}

void Response::set_status(int status, std::string_view line) {
  status_ = status;
  status_line_ = line;
  if (line.size() == 3) status_line_ += ' ';  // the phrase may be missing, the space before it not (RFC 9112 section 4)
  fields_.clear();
  named_file_.clear();
  length_.reset();
  length_is_applications_ = false;
  names_upgrade_ = false;
}

// RFC 9110 sections 8.6 and 9.3.6.
bool Response::has_content_length() const {
  return status_ >= 200 && status_ != 204 && !(is_connect_ && status_ < 300);
}

Response::Added Response::add_field(FieldName name, std::string_view value) {
  using Kind = FieldName::Kind;
  if (name.kind == Kind::invalid) return Added::bad_name;
  if (!is_value(value)) return Added::bad_value;
  if (name.kind == Kind::upgrade && (status_ == 101 || status_ == 426)) {
    names_upgrade_ = true;
  } else if (name.kind == Kind::upgrade || name.kind == Kind::ours_to_decide ||
             (files_ && names_file(name.text, value))) {
    return Added::ours_to_decide;
  }
  if (name.kind == Kind::content_length) {
    auto const length = base::parse_decimal(base::trim(value));
    if (!length || (length_ && *length_ != *length)) return Added::bad_length;
    if (!has_content_length() || length_is_applications_) return Added::ours_to_decide;
    length_ = length;
    length_is_applications_ = true;
  }
  fields_.add(name.text).add(": ").add(base::trim(value, " \t")).add("\r\n");
  return Added::yes;
}

Response::Added Response::add_early_hint(std::string_view text, std::string_view value) {
  auto const name = FieldName::of(text);
  if (name.kind == FieldName::Kind::invalid) return Added::bad_name;
  if (!is_value(value)) return Added::bad_value;
  if (name.kind != FieldName::Kind::other) return Added::ours_to_decide;
  hints_.add(text).add(": ").add(base::trim(value, " \t")).add("\r\n");
  return Added::yes;
}

void Response::send_early_hints(Connection& connection) {
  if (head_sent_ || minor_version_ == 0 || hints_.empty() || !connection.claim_answer()) return;
  std::array<iovec, 3> pieces = {piece("HTTP/1.1 103 Early Hints\r\n"), piece(hints_), piece("\r\n")};
  connection.send(pieces);
  connection.return_answer();
}

void Response::set_known_length(std::uint64_t length) {
  if (!length_) length_ = length;
}

void Response::choose_framing() {
  takes_content_ = !is_head_ && !forbids_content(status_);
  if (status_ == 101) persists_ = false;  // what follows is another protocol's
  if (forbids_content(status_)) {
    framing_ = Framing::none;
  } else if (!has_content_length()) {
    framing_ = Framing::until_close;
  } else if (length_) {
    framing_ = Framing::length;
  } else if (is_head_) {
    framing_ = Framing::none;  // what a GET would get is not known
  } else if (minor_version_ >= 1) {
    framing_ = Framing::chunked;
  } else {
    framing_ = Framing::until_close;
    persists_ = false;
  }
}

// The lines that are the same in most answers of a second.
std::string_view Response::compose_preamble() {
  auto const date = date_.line(base::wall_now());
  Preamble::Of const of{minor_version_, persists_, names_upgrade_, date_.second()};
  if (of == preamble_.of && status_line_ == preamble_.status_line) return preamble_.text;
  preamble_.of = of;
  preamble_.status_line = status_line_;
  preamble_.text.clear();
  preamble_.text.add(minor_version_ == 0 ? "HTTP/1.0 " : "HTTP/1.1 ").add(status_line_).add("\r\n");
  preamble_.text.add(server_line_).add(date);
  preamble_.text.add(connection_line());
  return preamble_.text;
}

// RFC 9110 section 7.8: who names a protocol to switch to, names the field that does so.
std::string_view Response::connection_line() const {
  if (names_upgrade_) return persists_ || status_ == 101 ? "Connection: upgrade\r\n" : "Connection: close, upgrade\r\n";
  return persists_ ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
}

// Server, Date and framing first, as Gunicorn has them, then the application's fields.
std::string_view Response::compose_head(Connection const& connection) {
  persists_ = persists_ && connection.may_persist();
  choose_framing();
  head_.clear();
  head_.add(compose_preamble());
  if (framing_ == Framing::chunked) head_.add("Transfer-Encoding: chunked\r\n");
  if (framing_ == Framing::length && !length_is_applications_) {
    char digits[24];
    head_.add("Content-Length: ").add({digits, std::to_chars(digits, digits + sizeof digits, *length_).ptr});
    head_.add("\r\n");
  }
  head_.add(fields_).add("\r\n");
  head_sent_ = true;
  return head_;
}

Outbox::Status Response::write(Connection& connection, std::string_view data, bool follows) {
  std::array<iovec, 4> pieces;
  std::size_t count = 0;
  bool const has_head = !head_sent_;
  if (has_head && !named_file_.empty()) return send_named_file(connection);
  if (has_head) compose_head(connection);
  if (!takes_content_) data = {};
  if (framing_ == Framing::length) data = data.substr(0, *length_ - content_sent());
  add_sent(data.size());
  if (has_head && framing_ == Framing::length && data.size() <= kSmall) head_.add(std::exchange(data, {}));
  if (has_head && data.empty() && persists_ && is_complete()) return connection.send_end(head_);
  if (has_head) pieces[count++] = piece(head_);
  ChunkSize const chunk(data.size());
  bool const is_chunk = framing_ == Framing::chunked && !data.empty();
  if (is_chunk) pieces[count++] = piece({chunk.text, chunk.length});
  if (!data.empty()) pieces[count++] = piece(data);
  if (is_chunk) pieces[count++] = piece("\r\n");
  if (count == 0) return connection.output_status();
  bool const is_held = !is_complete() && (follows || burst_.add(base::now()));
  auto const all = std::span(pieces).first(count);
  return is_held ? connection.send_soon(all) : connection.send(all);
}

Outbox::Status Response::write_file(Connection& connection, int file, off_t offset, std::size_t count) {
  if (!head_sent_ && !named_file_.empty()) return send_named_file(connection);
  if (!head_sent_) {
    if (!length_) set_known_length(count);
    auto head = piece(compose_head(connection));
    if (auto const status = connection.send({&head, 1}); status == Outbox::Status::closed) return status;
  }
  if (!takes_content_) count = 0;
  if (framing_ == Framing::length) count = std::min<std::uint64_t>(count, *length_ - content_sent());
  if (count == 0) return connection.output_status();
  add_sent(count);
  if (framing_ != Framing::chunked) return connection.send_file(file, offset, count);
  ChunkSize const chunk(count);
  auto before = piece({chunk.text, chunk.length});
  auto after = piece("\r\n");
  connection.send({&before, 1});
  connection.send_file(file, offset, count);
  return connection.send({&after, 1});
}

Outbox::Status Response::finish(Connection& connection) {
  if (!head_sent_) {
    if (!is_head_) set_known_length(0);
    return write(connection, {});
  }
  if (is_short()) persists_ = false;
  if (framing_ != Framing::chunked) return connection.output_status();
  auto last = piece("0\r\n\r\n");
  return connection.send({&last, 1});
}

}  // namespace http
