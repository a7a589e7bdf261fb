#include "http/request_reader.h"

#include <llhttp.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/strings.h"
#include "http/head_check.h"
#include "http/syntax.h"

namespace http {
namespace {

constexpr std::size_t kWideRoom = 8192;  // as much as this is worth a receive without the buffer

constexpr std::string_view kLineEnd = "\r\n";

bool is_beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

template <auto Method>
int data_callback(llhttp_t* parser, char const* at, std::size_t size) {
  return (static_cast<RequestReader*>(parser->data)->*Method)(at, size) ? HPE_OK : HPE_USER;
}

template <auto Method>
int callback(llhttp_t* parser) {
  return (static_cast<RequestReader*>(parser->data)->*Method)() ? HPE_OK : HPE_USER;
}

}  // namespace

struct RequestReader::Parser {
  explicit Parser(RequestReader* owner) : reader(owner) {}

  // Begins behind a method. llhttp knows a fixed list of them and has rules of its own for some; we read the method
  // ourselves and show it only what matters: whether the target is a path or an authority.
  void restart(bool is_connect) {
    static llhttp_t const behind_post = behind("POST"), behind_connect = behind("CONNECT");
    state = is_connect ? behind_connect : behind_post;
    state.data = reader;
  }

  static llhttp_t behind(std::string_view method) {
    llhttp_t fresh;
    llhttp_init(&fresh, HTTP_REQUEST, &settings());
    llhttp_set_lenient_version(&fresh, 1);  // check_version() is to judge it
    llhttp_execute(&fresh, method.data(), method.size());
    return fresh;
  }

  static llhttp_settings_t const& settings() {
    static llhttp_settings_t const shared = [] {
      llhttp_settings_t settings;
      llhttp_settings_init(&settings);
      settings.on_url = data_callback<&RequestReader::on_target>;
      settings.on_url_complete = callback<&RequestReader::on_target_end>;
      settings.on_version_complete = callback<&RequestReader::on_version>;
      settings.on_header_field = data_callback<&RequestReader::on_name>;
      settings.on_header_field_complete = callback<&RequestReader::on_name_end>;
      settings.on_header_value = data_callback<&RequestReader::on_value>;
      settings.on_header_value_complete = callback<&RequestReader::on_field_end>;
      settings.on_headers_complete = [](llhttp_t* p) {
        p->upgrade = 0;  // an upgrade is the application's business; the message is read like any other
        return of(p).on_head() ? 0 : -1;
      };
      settings.on_chunk_extension_name = data_callback<&RequestReader::on_extension>;
      settings.on_chunk_extension_name_complete = callback<&RequestReader::on_extension_end>;
      settings.on_chunk_extension_value = data_callback<&RequestReader::on_extension>;
      settings.on_chunk_extension_value_complete = callback<&RequestReader::on_extension_end>;
      settings.on_chunk_header = [](llhttp_t* p) -> int {
        if (!of(p).on_chunk()) return HPE_USER;
        return p->content_length ? HPE_OK : HPE_PAUSED;  // trailers follow, which are measured
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
      trusted_(trusted),
      addresses_are_believed_(trusted),
      parser_(std::make_unique<Parser>(this)),
      buffer_(pool),
      content_(limits, pool, policy.gathers_content) {}

RequestReader::~RequestReader() = default;

base::Result<std::span<char>> RequestReader::space() {
  is_direct_ = false;
  if (stage_ == Stage::content) {
    if (!content_.is_stored()) head_size_ = content_.in_buffer().size ? content_.in_buffer().begin : buffer_.size();
    TRY_VOID(content_.leave_buffer(buffer_.bytes()));
    if (!request_.chunked) {
      auto const room = TRY(content_.room(*request_.content_length - content_.size()));
      is_direct_ = true;
      return room;
    }
    if (content_begin_)
      forget_chunks();
    else
      content_begin_ = buffer_.size();
    if (content_.is_stored()) buffer_.widen();
  }
  TRY_VOID(buffer_.make_room());
  return buffer_.room();
}

// Those that were taken out of the buffer.
void RequestReader::forget_chunks() {
  parsed_ = content_begin_;
  buffer_.truncate(content_begin_);
}

std::uint64_t RequestReader::pipeable() const {
  if (request_.chunked) return 0;
  auto const missing = *request_.content_length - content_.size();
  return content_.may_be_piped(missing) ? missing : 0;
}

// The parser counts what is still to come.
RequestReader::Progress RequestReader::pass_by(std::size_t count) {
  auto& missing = parser_->state.content_length;
  missing -= count;
  if (!missing) on_message();
  return progress();
}

// Each receive finds the same room, behind the head and what has come with it.
base::Result<void> RequestReader::begin_taking() {
  TRY_VOID(buffer_.make_room());
  content_begin_ = content_.in_buffer().size ? content_.in_buffer().begin : buffer_.size();
  request_.buffer = buffer_.bytes();
  return {};
}

std::span<char> RequestReader::space(std::span<char> into) {
  is_direct_ = false;
  if (!request_.chunked && into.size() >= kWideRoom) {
    is_direct_ = true;
    return into.first(std::min<std::uint64_t>(into.size(), *request_.content_length - content_.size()));
  }
  forget_chunks();
  return buffer_.room();
}

std::optional<std::uint64_t> RequestReader::left() const {
  if (stage_ == Stage::complete) return content_.untaken();
  if (request_.chunked) return std::nullopt;
  return *request_.content_length - content_.size() + content_.in_buffer().size;
}

void RequestReader::rest() {
  if (stage_ == Stage::complete || stage_ == Stage::refused) return;
  if (stage_ == Stage::content && content_begin_ && !content_.in_buffer().size) forget_chunks();
  buffer_.rest();
}

std::optional<RequestReader::AsReceived> RequestReader::as_received() const {
  if (stage_ != Stage::complete || content_begin_ || is_rewritten_ || !content_.is_whole()) return std::nullopt;
  if (request_.chunked || !content_.is_stored()) return AsReceived{buffer_.from(0), {}};
  return AsReceived{buffer_.between(0, head_size_), content_.view()};
}

RequestReader::Progress RequestReader::received(std::size_t count) {
  if (is_direct_) {
    content_.add_direct(count);
    return pass_by(count);
  }
  buffer_.add(count);
  auto const progress = parse();
  if (progress == Progress::complete && content_.is_stored()) {
    buffer_.narrow();
    request_.buffer = buffer_.bytes();
  }
  return progress;
}

RequestReader::Progress RequestReader::begin_with(std::string_view received) {
  buffer_.begin_with(received);
  return parse();
}

RequestReader::Progress RequestReader::next() {
  stage_ = Stage::start;
  request_.clear();
  content_.clear();
  is_rewritten_ = false;
  content_begin_ = 0;
  begin_behind(parsed_);
  if (buffer_.size()) return parse();
  buffer_.give_back();
  return Progress::incomplete;
}

void RequestReader::begin_behind(std::size_t count) {
  buffer_.drop(count);
  parsed_ = line_begin_ = 0;
}

bool RequestReader::awaits_continue() const {
  return stage_ == Stage::content && request_.expects_continue && !content_.size() && parsed_ == buffer_.size();
}

RequestReader::Progress RequestReader::parse() {
  if (stage_ == Stage::start && !begin_message()) return progress();
  if (stage_ == Stage::head) policy_.leniency ? read_lenient_head() : read_head();
  while (stage_ == Stage::content && parsed_ < buffer_.size()) read_content();
  return progress();
}

// No line is fed beyond its limit, and no line whose limit is not known yet: the first byte that is wrong or one too
// many decides, however the bytes came.
void RequestReader::read_head() {
  while (stage_ == Stage::head && parsed_ < buffer_.size()) {
    auto const line = buffer_.between(line_begin_, parsed_);
    line_begin_ += line.rfind('\n') + 1;
    auto const end = line_begin_ + line_limit();
    if (parsed_ >= end) return refuse_line();
    feed(std::min({buffer_.size() - parsed_, end - parsed_, limits_.field_size}));
  }
}

// Whole lines only, so that each can be put into its strict form before.
void RequestReader::read_lenient_head() {
  while (stage_ == Stage::head && parsed_ < buffer_.size()) {
    auto const rest = buffer_.from(parsed_);
    bool const is_field = line_begin_ != 0;
    auto size = field_line_size(rest, is_field ? policy_.leniency : Leniency());
    if (parsed_ + (size ? size : rest.size()) > line_begin_ + line_limit()) return refuse_line();
    if (!size) return;
    if (is_field) {
      auto const left_over = make_strict({buffer_.bytes() + parsed_, size}, policy_.leniency);
      parsed_ += left_over;
      size -= left_over;
      is_rewritten_ |= left_over > 0;
    }
    feed(size);
    line_begin_ = parsed_;
  }
}

// With its line end.
std::size_t RequestReader::line_limit() const {
  return line_begin_ == 0 ? limits_.line() + kLineEnd.size() : limits_.field_size;
}

void RequestReader::refuse_line() {
  if (line_begin_ == 0)
    refuse(414, "Request Line is too large (limit_request_line is " + std::to_string(limits_.line()) + ")");
  else
    refuse(431, "Error parsing headers: 'limit request headers fields size'");
}

void RequestReader::read_content() {
  auto count = buffer_.size() - parsed_;
  bool const is_measured = content_.is_in_trailers();
  if (is_measured) {
    count = std::min(count, content_.trailer_room());
    if (!count) {
      refuse(431, "Error parsing headers: 'limit request headers fields size' of the trailers");
      return;
    }
  }
  auto const begin = parsed_;
  feed(count);
  if (is_measured) content_.count_trailers(parsed_ - begin);
}

RequestReader::Progress RequestReader::progress() const {
  if (stage_ == Stage::complete) return Progress::complete;
  if (stage_ == Stage::content && !policy_.gathers_content) return Progress::taking;
  return stage_ == Stage::refused ? Progress::refused : Progress::incomplete;
}

// Waits for the method to be whole. RFC 9112 section 2.2: empty lines before a request line are skipped.
bool RequestReader::begin_message() {
  auto text = buffer_.from(0);
  while (text.starts_with(kLineEnd)) text.remove_prefix(kLineEnd.size());
  begin_behind(buffer_.size() - text.size());
  auto const end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_token_char) - text.begin());
  if (end > longest_method()) {
    refuse(501, "Invalid HTTP method: it is longer than " + std::to_string(longest_method()) + " letters");
    return false;
  }
  if (end == text.size() || text == "\r") return false;
  if (text[end] != ' ') {
    refuse(400, "Invalid HTTP request line");
    return false;
  }
  auto const method = text.substr(0, end);
  request_.method = {0, static_cast<std::uint32_t>(end)};
  if (policy_.casefold_http_method) std::transform(method.begin(), method.end(), buffer_.bytes(), base::to_upper);
  if (!check_method(method)) return false;
  stage_ = Stage::head;
  target_is_masked_ = false;
  parser_->restart(method == "CONNECT");
  parsed_ = end;
  return true;
}

// Gunicorn's idea of a conventional method. RFC 9112 section 3 has 501 for one that is longer than any we know.
std::size_t RequestReader::longest_method() const {
  return policy_.permit_unconventional_http_method ? limits_.line() : 20;
}

bool RequestReader::check_method(std::string_view method) {
  auto const is_odd = [](char c) { return (c >= 'a' && c <= 'z') || c == '#'; };
  bool const is_conventional = method.size() >= 3 && std::ranges::none_of(method, is_odd);
  if (is_conventional || (policy_.permit_unconventional_http_method && !method.empty())) return true;
  refuse(400, "Invalid HTTP method: '" + std::string(method) + "'");
  return false;
}

void RequestReader::feed(std::size_t count) {
  if (target_is_masked_)
    feed_masked(count);
  else
    execute(count);
}

// llhttp takes no bytes beyond ASCII in a target, which RFC 9112 section 3.2 leaves open and other servers pass on. It
// is shown a letter in the place of each.
void RequestReader::feed_masked(std::size_t count) {
  auto const line = buffer_.between(parsed_, parsed_ + count);
  auto const size = std::min(line.find('\n'), count - 1) + 1;
  std::string const original(line.substr(0, size));
  char* const from = buffer_.bytes() + parsed_;
  std::replace_if(from, from + size, is_beyond_ascii, 'x');
  execute(size);
  std::ranges::copy(original, from);
  if (stage_ == Stage::head && size < count) execute(count - size);
}

// False: that is not what llhttp has against the target.
bool RequestReader::mask_target() {
  if (target_is_masked_ || !is_beyond_ascii(*llhttp_get_error_pos(&parser_->state))) return false;
  target_is_masked_ = true;
  auto const end = std::exchange(parsed_, request_.method.size);
  request_.target = {};
  parser_->restart(buffer_.between(0, request_.method.size) == "CONNECT");
  feed_masked(end - parsed_);
  return true;
}

void RequestReader::execute(std::size_t count) {
  auto const* const from = buffer_.bytes() + parsed_;
  parsed_ += count;
  auto const error = llhttp_execute(&parser_->state, from, count);
  if (error == HPE_OK || stage_ == Stage::refused) return;
  if (error == HPE_INVALID_URL && mask_target()) return;
  if (error == HPE_PAUSED) {
    parsed_ = static_cast<std::size_t>(llhttp_get_error_pos(&parser_->state) - buffer_.bytes());
    if (stage_ == Stage::content) llhttp_resume(&parser_->state);
    return;
  }
  char const* const reason = llhttp_get_error_reason(&parser_->state);
  refuse(400, reason && *reason ? reason : "Malformed request");
}

// Whether there is nothing against what has come.
bool RequestReader::heed(std::optional<Refusal> refusal) {
  if (refusal) refuse(std::move(*refusal));
  return !refusal;
}

RequestReader::Progress RequestReader::refuse(Refusal refusal) {
  stage_ = Stage::refused;
  refusal_ = std::move(refusal);
  return Progress::refused;
}

bool RequestReader::on_target(char const* at, std::size_t size) {
  request_.target.extend(buffer_.bytes(), {at, size});
  return true;
}

// RFC 9112 section 3: single spaces, and a version (HTTP/0.9 had none).
bool RequestReader::on_target_end() {
  target_is_masked_ = false;
  auto const& target = request_.target;
  bool const is_between_spaces = target.begin == request_.method.begin + request_.method.size + 1 &&
                                 buffer_.bytes()[target.begin + target.size] == ' ';
  if (!is_between_spaces) refuse(400, "Invalid HTTP request line");
  return is_between_spaces;
}

// RFC 9110 section 2.5: a higher minor version is served as the highest we know.
bool RequestReader::on_version() {
  constexpr std::string_view name = " HTTP/";  // llhttp reads RTSP and ICE too
  if (std::string_view(buffer_.bytes() + request_.target.begin + request_.target.size, name.size()) != name) {
    refuse(400, "Invalid HTTP request line");
    return false;
  }
  auto const& state = parser_->state;
  bool const is_old = state.http_major == 0 || (state.http_major == 1 && state.http_minor == 0);
  request_.minor_version = is_old ? 0 : 1;
  if (state.http_major == 1 || policy_.permit_unconventional_http_version) return true;
  refuse(505,
         "Invalid HTTP Version: (" + std::to_string(state.http_major) + ", " + std::to_string(state.http_minor) + ")");
  return false;
}

bool RequestReader::on_name(char const* at, std::size_t size) {
  if (stage_ == Stage::content) {
    content_.add_trailer_name({at, size});
    return true;
  }
  if (!in_name_) request_.fields.emplace_back();
  in_name_ = true;
  request_.fields.back().name.extend(buffer_.bytes(), {at, size});
  return true;
}

bool RequestReader::on_name_end() {
  in_name_ = false;
  if (stage_ == Stage::content) return heed(content_.end_trailer_name());
  if (request_.fields.size() <= limits_.fields) return true;
  refuse(431, "Error parsing headers: 'limit request headers fields'");
  return false;
}

bool RequestReader::on_value(char const* at, std::size_t size) {
  if (stage_ == Stage::head) request_.fields.back().value.extend(buffer_.bytes(), {at, size});
  return true;
}

bool RequestReader::on_field_end() {
  if (stage_ == Stage::content) return true;
  auto& value = request_.fields.back().value;
  auto const is_blank = [&](std::uint32_t at) { return buffer_.bytes()[at] == ' ' || buffer_.bytes()[at] == '\t'; };
  while (value.size && is_blank(value.begin + value.size - 1)) --value.size;
  return true;
}

bool RequestReader::on_head() {
  auto const& state = parser_->state;
  request_.buffer = buffer_.bytes();
  request_.chunked = state.flags & F_CHUNKED;
  if (state.flags & F_CONTENT_LENGTH) request_.content_length = state.content_length;
  stage_ = Stage::content;
  if (!heed(check_head(request_, policy_, trusted_))) return false;
  if (addresses_are_believed_ && policy_.client_address != ClientAddressSource::off && !find_client()) return false;
  return heed(content_.expect(request_.content_length.value_or(0)));
}

bool RequestReader::find_client() {
  if (!is_readable(request_, policy_.client_address)) {
    refuse(400, "Invalid HTTP Header: 'FORWARDED'");
    return false;
  }
  auto const client = client_address(request_, policy_.client_address, policy_.proxies);
  if (!client) return true;
  request_.client_address = slice_of(client->address);
  if (!client->port.empty()) request_.client_port = slice_of(client->port);
  return true;
}

Slice RequestReader::slice_of(std::string_view text) const {
  return {static_cast<std::uint32_t>(text.data() - buffer_.bytes()), static_cast<std::uint32_t>(text.size())};
}

bool RequestReader::on_extension(char const* at, std::size_t size) {
  return heed(content_.add_extension({at, size}));
}

bool RequestReader::on_extension_end() {
  return heed(content_.end_extension());
}

bool RequestReader::on_chunk() {
  return heed(content_.begin_chunk(parser_->state.content_length));
}

bool RequestReader::on_content(char const* at, std::size_t size) {
  return heed(content_.add(buffer_.bytes(), {at, size}));
}

void RequestReader::on_message() {
  stage_ = Stage::complete;
  if (request_.buffer != buffer_.bytes()) request_.buffer = buffer_.bytes();  // others may be reading it
  heed(content_.finish(buffer_.bytes()));
}

}  // namespace http
