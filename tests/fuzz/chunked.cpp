// Chunked content is what a reader of RFC 9112 section 7.1 that knows nothing of ours makes of it, or refused.
#include <optional>

#include "base/strings.h"
#include "http/syntax.h"
#include "reading.h"

namespace {

constexpr std::string_view kHead = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

// Written from the grammar, without blanks around extensions; nothing for what does not follow it or is not all there.
class Reference {
 public:
  explicit Reference(std::string_view text) : text_(text) {}

  struct Message {
    std::string content;
    std::size_t size;
  };

  std::optional<Message> read() {
    std::string content;
    for (;;) {
      auto const size = read_size();
      if (!size || !skip_extensions() || !skip("\r\n")) return std::nullopt;
      if (*size == 0) break;
      if (*size > text_.size() - at_) return std::nullopt;
      content += text_.substr(at_, *size);
      at_ += *size;
      if (!skip("\r\n")) return std::nullopt;
    }
    while (!skip("\r\n"))
      if (!skip_field()) return std::nullopt;
    return Message{content, at_};
  }

 private:
  static int hex(char c) {
    c = base::to_lower(c);
    return base::is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  bool skip(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  template <typename Is>
  std::size_t skip_while(Is is) {
    auto const begin = at_;
    while (at_ < text_.size() && is(text_[at_])) ++at_;
    return at_ - begin;
  }

  std::optional<std::uint64_t> read_size() {
    std::uint64_t size = 0;
    auto const begin = at_;
    for (; at_ < text_.size() && hex(text_[at_]) >= 0; ++at_) {
      if (size >> 60) return std::nullopt;
      size = size * 16 + static_cast<std::uint64_t>(hex(text_[at_]));
    }
    return at_ == begin ? std::nullopt : std::optional(size);
  }

  static bool is_text(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f); }

  bool skip_extensions() {
    while (skip(";")) {
      if (!skip_while(http::is_token_char)) return false;
      if (!skip("=")) continue;
      if (!skip("\"")) {
        if (!skip_while(http::is_token_char)) return false;
        continue;
      }
      for (;;) {
        skip_while([](char c) { return is_text(c) && c != '"' && c != '\\'; });
        if (skip("\"")) break;
        if (!skip("\\") || at_ == text_.size() || !is_text(text_[at_++])) return false;
      }
    }
    return true;
  }

  bool skip_field() {
    auto const begin = at_;
    if (!skip_while(http::is_token_char)) return false;
    auto const name = text_.substr(begin, at_ - begin);
    for (auto const* forbidden : {"host", "content-length", "transfer-encoding", "trailer", "authorization", "te"})
      if (base::lower(name) == forbidden) return false;
    if (!skip(":")) return false;
    skip_while(is_text);
    return skip("\r\n");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size > 2000) return 0;  // within all limits
  auto const text = std::string(kHead) + std::string(reinterpret_cast<char const*>(data), size);
  http::Limits limits;
  limits.body_in_memory = 64;
  auto const whole = fuzzing::read_whole(text, limits, {}, false);
  fuzzing::expect_equal(whole, fuzzing::read_in_fragments(text, limits, {}, false), "fragments do not matter");
  auto const message = Reference(std::string_view(text).substr(kHead.size())).read();
  bool const was_read = whole.starts_with("POST ");
  fuzzing::expect(was_read == message.has_value(), "the reference reads what we read and nothing else");
  if (!message) return 0;
  auto const alone =
      fuzzing::read_whole(std::string_view(text).substr(0, kHead.size() + message->size), limits, {}, false);
  fuzzing::expect(alone.ends_with("{" + message->content + "}\n"), "content and end are where the reference sees them");
  return 0;
}
