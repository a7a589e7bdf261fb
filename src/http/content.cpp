#include "http/content.h"

#include <array>
#include <cstring>
#include <utility>

#include "base/strings.h"

namespace http {
namespace {

// Fields that may not come behind the content, because what they say was needed before it (RFC 9110 section 6.5.1).
constexpr std::array<std::string_view, 6> kNoTrailers = {"Host",    "Content-Length", "Transfer-Encoding",
                                                         "Trailer", "Authorization",  "TE"};

}  // namespace

void Content::clear() {
  in_buffer_ = {};
  taken_ = 0;
  piped_.clear();
  body_.clear();
  rest_ = {};
  view_ = {};
  in_trailers_ = false;
  trailers_size_ = extension_size_ = extensions_size_ = 0;
  trailer_name_.clear();
}

Refusal Content::too_large() const {
  return {413, "Request body is too large (limit_request_body is " + std::to_string(limits_.body) + ")"};
}

std::optional<Refusal> Content::add(char* buffer, std::string_view piece) {
  bool const adjacent = !in_buffer_.size || piece.data() == buffer + in_buffer_.begin + in_buffer_.size;
  if (adjacent && !is_stored()) {
    in_buffer_.extend(buffer, piece);
    return std::nullopt;
  }
  if (is_gathered_) {
    auto stored = leave_buffer(buffer);
    if (stored) stored = body_.append(piece);
    if (!stored) return cannot_store(stored.error());
    return std::nullopt;
  }
  // What stood between the pieces has been read.
  std::memmove(buffer + in_buffer_.begin + in_buffer_.size, piece.data(), piece.size());
  in_buffer_.size += static_cast<std::uint32_t>(piece.size());
  return std::nullopt;
}

// It goes to storage of its own when more of it is to come.
base::Result<void> Content::leave_buffer(char const* buffer) {
  if (!in_buffer_.size || piped_.is_used()) return {};
  auto const piece = std::string_view(buffer + in_buffer_.begin, in_buffer_.size);
  in_buffer_.size = 0;
  return body_.append(piece);
}

std::size_t Content::take(char const* buffer, std::span<char> into) {
  auto const buffered = std::min<std::size_t>(into.size(), in_buffer_.size);
  std::copy_n(buffer + in_buffer_.begin, buffered, into.data());
  in_buffer_.begin += static_cast<std::uint32_t>(buffered);
  in_buffer_.size -= static_cast<std::uint32_t>(buffered);
  into = into.subspan(buffered);
  auto const piped = piped_.take(into);
  into = into.subspan(piped);
  auto const rest = piped_.size() ? 0 : rest_.copy(into.data(), into.size());
  rest_.remove_prefix(rest);
  auto const count = buffered + piped + rest;
  taken_ += count;
  return count;
}

base::Result<std::span<char>> Content::room(std::uint64_t missing) {
  auto const room = TRY(body_.room(missing));
  return room.first(std::min<std::size_t>(room.size(), missing));
}

std::optional<Refusal> Content::finish(char const* buffer) {
  if (!is_stored()) {
    if (is_whole()) view_ = {buffer + in_buffer_.begin, in_buffer_.size};
    return std::nullopt;
  }
  auto const stored = leave_buffer(buffer);
  auto const whole = stored ? body_.finish() : std::unexpected(stored.error());
  if (!whole) return cannot_store(whole.error());
  (is_whole() ? view_ : rest_) = *whole;
  return std::nullopt;
}

std::optional<Refusal> Content::begin_chunk(std::uint64_t size) {
  in_trailers_ = size == 0;
  return expect(size);
}

// RFC 9112 section 7.1.1: extensions we do not know are ignored, but not any amount of them.
std::optional<Refusal> Content::add_extension(std::string_view piece) {
  // llhttp lets a quoted string begin in the middle of a token.
  if (!extension_size_) extension_is_quoted_ = piece.starts_with('"');
  if (!extension_is_quoted_ && piece.contains('"')) return Refusal{400, "Invalid chunk extension"};
  extension_size_ += piece.size();
  extensions_size_ += piece.size();
  if (extensions_size_ > limits_.field_size) return Refusal{413, "Chunk extensions are too large"};
  return std::nullopt;
}

// llhttp reads names and values of no length too.
std::optional<Refusal> Content::end_extension() {
  if (std::exchange(extension_size_, 0)) return std::nullopt;
  return Refusal{400, "Invalid chunk extension"};
}

std::optional<Refusal> Content::end_trailer_name() {
  auto const name = std::exchange(trailer_name_, {});
  bool const is_allowed = std::ranges::none_of(
      kNoTrailers, [&](std::string_view forbidden) { return base::equal_ignoring_case(forbidden, name); });
  if (is_allowed) return std::nullopt;
  return Refusal{400, "Invalid HTTP Header: '" + name + "' in a trailer"};
}

}  // namespace http
