#include "http/request_reader.h"

#include <llhttp.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/strings.h"
#include "http/head_check.h"

namespace http {
namespace {

constexpr std::size_t kMethodSize = 32;    // the longest method token we read
constexpr std::size_t kUsefulRoom = 1024;  // less than this is not worth a receive

// Methods that llhttp may see under their own name. It knows a fixed list, and gives some of them (PRI, SOURCE) rules
// of their own; any other token is shown to it as POST, which has none.
constexpr std::array<std::string_view, 8> kNativeMethods = {"GET",    "POST",    "PUT",   "HEAD",
                                                            "DELETE", "OPTIONS", "PATCH", "CONNECT"};

// RFC 9110 section 5.6.2.
bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || base::is_digit(c) ||
         (c && std::strchr("!#$%&'*+-.^_`|~", c));
}

template <auto Method>
int data_callback(llhttp_t* parser, char const* at, std::size_t size) {
  return (static_cast<RequestReader*>(parser->data)->*Method)(at, size) ? HPE_OK : HPE_USER;
}

}  // namespace

struct RequestReader::Parser {
  explicit Parser(RequestReader* owner) : reader(owner) {}

  void restart() {
    llhttp_init(&state, HTTP_REQUEST, &settings());
    state.data = reader;
  }

  static llhttp_settings_t const& settings() {
    static llhttp_settings_t const shared = [] {
      llhttp_settings_t settings;
      llhttp_settings_init(&settings);
      settings.on_url = data_callback<&RequestReader::on_target>;
      settings.on_protocol = data_callback<&RequestReader::on_protocol>;
      settings.on_header_field = data_callback<&RequestReader::on_name>;
      settings.on_header_value = data_callback<&RequestReader::on_value>;
      settings.on_header_value_complete = [](llhttp_t* p) { return of(p).on_field_end() ? 0 : -1; };
      settings.on_headers_complete = [](llhttp_t* p) {
        p->upgrade = 0;  // an upgrade is the application's business; the message is read like any other
        return of(p).on_head() ? 0 : -1;
      };
      settings.on_body = data_callback<&RequestReader::on_content>;
      settings.on_message_complete = [](llhttp_t* p) -> int {
        of(p).on_message();
        return HPE_PAUSED;  // what follows is the next message
      };
      return settings;
    }();
    return shared;
  }

  static RequestReader& of(llhttp_t* parser) { return *static_cast<RequestReader*>(parser->data); }

  RequestReader* reader;
  llhttp_t state;
};

RequestReader::RequestReader(Limits const& limits, Policy const& policy, BufferPool& pool, bool trusted)
    : limits_(limits),
      policy_(policy),
      pool_(pool),
      trusted_(trusted),
      parser_(std::make_unique<Parser>(this)),
      body_(limits.body_in_memory, pool.spool()) {}

RequestReader::~RequestReader() {
  if (buffer_.bytes) pool_.give_back(std::move(buffer_));
}

base::Result<std::span<char>> RequestReader::space() {
  direct_ = nullptr;
  if (stage_ == Stage::content) {
    TRY_VOID(move_inline_body());
    if (!request_.chunked) {
      auto const missing = *request_.content_length - body_.size();
      auto room = TRY(body_.room(missing));
      direct_ = room.data();
      return room.first(std::min<std::size_t>(room.size(), missing));
    }
    if (content_begin_)
      parsed_ = filled_ = content_begin_;
    else
      content_begin_ = filled_;
  }
  make_room();
  return std::span(buffer_.bytes.get() + filled_, buffer_.capacity - filled_);
}

void RequestReader::make_room() {
  if (!buffer_.bytes) {
    buffer_ = pool_.take();
    begin_ = parsed_ = filled_ = 0;
  }
  if (buffer_.capacity - filled_ >= kUsefulRoom) return;
  auto const in_hand = filled_ - begin_;
  auto const capacity = in_hand * 2 > buffer_.capacity ? buffer_.capacity * 2 : buffer_.capacity;
  Buffer larger{std::make_unique_for_overwrite<char[]>(capacity), capacity};
  std::memcpy(larger.bytes.get(), bytes() + begin_, in_hand);
  request_.shift(static_cast<std::uint32_t>(begin_));
  if (content_begin_) content_begin_ -= begin_;
  parsed_ -= begin_;
  filled_ = in_hand;
  begin_ = 0;
  std::swap(buffer_, larger);
  pool_.give_back(std::move(larger));
}

// Content that began in the receive buffer goes to storage of its own when more of it is to come.
base::Result<void> RequestReader::move_inline_body() {
  if (!inline_body_.size) return {};
  auto const piece = std::string_view(bytes() + inline_body_.begin, inline_body_.size);
  inline_body_.size = 0;
  return body_.append(piece);
}

RequestReader::Progress RequestReader::received(std::size_t count) {
  if (direct_) {
    feed(direct_, count);
    return progress();
  }
  filled_ += count;
  return parse();
}

RequestReader::Progress RequestReader::next() {
  stage_ = Stage::start;
  request_.clear();
  body_.clear();
  content_ = {};
  inline_body_ = {};
  in_name_ = in_trailer_ = false;
  trailer_size_ = content_begin_ = protocol_size_ = 0;
  begin_ = parsed_;
  if (parsed_ < filled_) return parse();
  if (buffer_.bytes) pool_.give_back(std::exchange(buffer_, {}));
  begin_ = parsed_ = filled_ = 0;
  return Progress::incomplete;
}

bool RequestReader::awaits_continue() const {
  return stage_ == Stage::content && request_.expects_continue && !inline_body_.size && !body_.size() &&
         parsed_ == filled_;
}

RequestReader::Progress RequestReader::parse() {
  if (stage_ == Stage::start && !begin_message()) return progress();
  auto const begin = parsed_;
  parsed_ = filled_;
  feed(bytes() + begin, filled_ - begin);
  if (stage_ == Stage::head && filled_ - begin_ > limits_.head())
    return refuse(431, "Error parsing headers: 'limit request headers'");
  return progress();
}

RequestReader::Progress RequestReader::progress() const {
  if (stage_ == Stage::complete) return Progress::complete;
  return stage_ == Stage::refused ? Progress::refused : Progress::incomplete;
}

// Waits for the method to be whole. RFC 9112 section 2.2: empty lines before a request line are skipped.
bool RequestReader::begin_message() {
  auto text = std::string_view(bytes() + parsed_, filled_ - parsed_);
  while (text.starts_with("\r\n")) text.remove_prefix(2);
  begin_ = parsed_ = filled_ - text.size();
  auto const end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_token_char) - text.begin());
  if (end == text.size() || text == "\r") {
    if (end > kMethodSize) refuse(400, "Invalid HTTP request line");
    return false;
  }
  if (text[end] != ' ') {
    refuse(400, "Invalid HTTP request line");
    return false;
  }
  auto const method = text.substr(0, end);
  request_.method = {static_cast<std::uint32_t>(begin_), static_cast<std::uint32_t>(end)};
  if (policy_.casefold_http_method)
    std::transform(method.begin(), method.end(), buffer_.bytes.get() + begin_, base::to_upper);
  if (!check_method(method)) return false;
  stage_ = Stage::head;
  parser_->restart();
  if (std::ranges::find(kNativeMethods, method) == kNativeMethods.end()) {
    llhttp_execute(&parser_->state, "POST", 4);
    parsed_ += end;
  }
  return true;
}

bool RequestReader::check_method(std::string_view method) {
  auto const conventional = [&] {
    return method.size() >= 3 && method.size() <= 20 &&
           std::ranges::none_of(method, [](char c) { return (c >= 'a' && c <= 'z') || c == '#'; });
  };
  if (!method.empty() && method.size() <= kMethodSize && (policy_.permit_unconventional_http_method || conventional()))
    return true;
  refuse(400, "Invalid HTTP method: '" + std::string(method) + "'");
  return false;
}

void RequestReader::feed(char const* from, std::size_t count) {
  auto const error = llhttp_execute(&parser_->state, from, count);
  if (error == HPE_OK || stage_ == Stage::refused) return;
  if (error == HPE_PAUSED) {
    if (!direct_) parsed_ = static_cast<std::size_t>(llhttp_get_error_pos(&parser_->state) - bytes());
    return;
  }
  on_syntax_error(error, llhttp_get_error_reason(&parser_->state));
}

RequestReader::Progress RequestReader::refuse(Refusal refusal) {
  stage_ = Stage::refused;
  refusal_ = std::move(refusal);
  return Progress::refused;
}

void RequestReader::on_syntax_error(int error, char const* reason) {
  auto const& state = parser_->state;
  if (error == HPE_INVALID_VERSION && std::string_view(reason ? reason : "") == "Invalid HTTP version")
    refuse(505, "Invalid HTTP Version: (" + std::to_string(state.http_major) + ", " + std::to_string(state.http_minor) +
                    ")");
  else
    refuse(400, reason && *reason ? reason : "Malformed request");
}

void RequestReader::extend(Slice& slice, char const* at, std::size_t size) const {
  if (!slice.size) slice.begin = static_cast<std::uint32_t>(at - bytes());
  slice.size += static_cast<std::uint32_t>(size);
}

bool RequestReader::on_target(char const* at, std::size_t size) {
  extend(request_.target, at, size);
  if (request_.target.begin != request_.method.begin + request_.method.size + 1) {
    refuse(400, "Invalid HTTP request line");  // more than one space (RFC 9112 section 3)
    return false;
  }
  auto const line = request_.method.size + request_.target.size + std::string_view("  HTTP/1.1").size();
  if (!limits_.request_line || line <= limits_.request_line) return true;
  refuse(414,
         "Request Line is too large (" + std::to_string(line) + " > " + std::to_string(limits_.request_line) + ")");
  return false;
}

// llhttp reads RTSP and ICE too.
bool RequestReader::on_protocol(char const* at, std::size_t size) {
  constexpr std::string_view http = "HTTP";
  auto const expected = http.substr(std::min(protocol_size_, http.size()));
  protocol_size_ += size;
  if (expected.starts_with(std::string_view(at, size))) return true;
  refuse(400, "Invalid HTTP request line");
  return false;
}

bool RequestReader::on_name(char const* at, std::size_t size) {
  if (in_trailer_) {
    trailer_size_ += size;
    return check_field_size();
  }
  if (!in_name_) {
    in_name_ = true;
    request_.fields.emplace_back();
    if (request_.fields.size() > limits_.fields) {
      refuse(431, "Error parsing headers: 'limit request headers fields'");
      return false;
    }
  }
  extend(request_.fields.back().name, at, size);
  return check_field_size();
}

bool RequestReader::on_value(char const* at, std::size_t size) {
  if (in_trailer_) {
    trailer_size_ += size;
    return check_field_size();
  }
  extend(request_.fields.back().value, at, size);
  return check_field_size();
}

bool RequestReader::check_field_size() {
  constexpr std::size_t separators = std::string_view(": \r\n").size();
  auto const size =
      in_trailer_ ? trailer_size_ : request_.fields.back().name.size + request_.fields.back().value.size + separators;
  if (size <= limits_.field_size) return true;
  refuse(431, "Error parsing headers: 'limit request headers fields size'");
  return false;
}

bool RequestReader::on_field_end() {
  if (in_trailer_) return true;
  in_name_ = false;
  auto& value = request_.fields.back().value;
  while (value.size && std::strchr(" \t", bytes()[value.begin + value.size - 1])) --value.size;
  return true;
}

bool RequestReader::on_head() {
  auto const& state = parser_->state;
  request_.buffer = bytes();
  request_.minor_version = state.http_minor;
  if (state.http_major == 0) {
    refuse(400, "Invalid HTTP request line");  // no version at all
    return false;
  }
  if (state.http_major != 1) {
    refuse(505, "Invalid HTTP Version: (" + std::to_string(state.http_major) + ", " + std::to_string(state.http_minor) +
                    ")");
    return false;
  }
  request_.chunked = state.flags & F_CHUNKED;
  if (state.flags & F_CONTENT_LENGTH) request_.content_length = state.content_length;
  request_.keep_alive = llhttp_should_keep_alive(&state);
  in_trailer_ = true;
  stage_ = Stage::content;
  if (auto refusal = check_head(request_, policy_, trusted_)) {
    refuse(refusal->status, std::move(refusal->detail));
    return false;
  }
  if (limits_.body && request_.content_length.value_or(0) > limits_.body) {
    refuse(413, "Request body is too large (" + std::to_string(*request_.content_length) + " bytes)");
    return false;
  }
  return true;
}

bool RequestReader::on_content(char const* at, std::size_t size) {
  if (at == direct_) {
    body_.claim(size);
    return true;
  }
  if (limits_.body && body_.size() + inline_body_.size + size > limits_.body) {
    refuse(413, "Request body is too large");
    return false;
  }
  bool const adjacent = !inline_body_.size || at == bytes() + inline_body_.begin + inline_body_.size;
  if (adjacent && !body_.size()) {
    extend(inline_body_, at, size);
    return true;
  }
  auto stored = move_inline_body();
  if (stored) stored = body_.append({at, size});
  if (!stored) refuse(cannot_store(stored.error()));
  return stored.has_value();
}

void RequestReader::on_message() {
  stage_ = Stage::complete;
  request_.buffer = bytes();
  if (!body_.size()) {
    content_ = {bytes() + inline_body_.begin, inline_body_.size};
    return;
  }
  auto stored = move_inline_body();
  auto whole = stored ? body_.finish() : std::unexpected(stored.error());
  if (whole)
    content_ = *whole;
  else
    refuse(cannot_store(whole.error()));
}

}  // namespace http
