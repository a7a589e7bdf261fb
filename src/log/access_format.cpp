#include "log/access_format.h"

#include <format>
#include <optional>

#include "base/strings.h"

namespace logging {
namespace {

using Atom = AccessFormat::Atom;
using Piece = AccessFormat::Piece;

Atom atom_of(char letter) {
  switch (letter) {
    case 'h':
      return Atom::remote_address;
    case 'u':
      return Atom::user;
    case 't':
      return Atom::time;
    case 'r':
      return Atom::request_line;
    case 'm':
      return Atom::method;
    case 'U':
      return Atom::path;
    case 'q':
      return Atom::query;
    case 'H':
      return Atom::protocol;
    case 's':
      return Atom::status;
    case 'B':
    case 'b':
      return Atom::bytes;
    case 'f':
      return Atom::referer;
    case 'a':
      return Atom::user_agent;
    case 'T':
      return Atom::seconds;
    case 'M':
      return Atom::milliseconds;
    case 'D':
      return Atom::microseconds;
    case 'L':
      return Atom::decimal_seconds;
    case 'p':
      return Atom::process;
    default:
      return Atom::dash;
  }
}

// "h", "{X-Request-Id}i"
Piece piece_named(std::string_view name) {
  if (name.size() == 1) return {atom_of(name[0])};
  if (name.size() < 4 || name[0] != '{' || name[name.size() - 2] != '}') return {Atom::dash};
  auto const inner = name.substr(1, name.size() - 3);
  switch (name.back()) {
    case 'i':
      return {Atom::request_header, base::lower(inner)};
    case 'o':
      return {Atom::response_header, base::lower(inner)};
    case 'e':
      return {Atom::environ_value, std::string(inner)};
    default:
      return {Atom::dash};
  }
}

// Walks over the format, one conversion at a time.
class Compiler {
 public:
  explicit Compiler(std::string_view format) : format_(format) {}

  base::Result<std::vector<Piece>> run() {
    while (at_ < format_.size()) {
      auto const percent = std::min(format_.find('%', at_), format_.size());
      add_literal(format_.substr(at_, percent - at_));
      at_ = percent;
      if (at_ < format_.size()) TRY_VOID(conversion());
    }
    return std::move(pieces_);
  }

 private:
  base::Result<void> conversion() {
    auto const start = at_++;
    if (take('%')) {
      add_literal("%");
      return {};
    }
    if (!take('(')) return refused(start, "after '%' comes '(NAME)s' or another '%'");
    auto const end = format_.find(')', at_);
    if (end == format_.npos) return refused(start, "the closing ')' is missing");
    auto piece = piece_named(format_.substr(at_, end - at_));
    at_ = end + 1;
    piece.is_left_aligned = take('-');
    piece.width = number().value_or(0);
    if (take('.')) piece.precision = number().value_or(0);
    if (!take('s') && !take('d') && !take('i')) return refused(start, "a conversion ends with 's'");
    pieces_.push_back(std::move(piece));
    return {};
  }

  bool take(char wanted) {
    if (at_ >= format_.size() || format_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  std::optional<std::size_t> number() {
    static constexpr std::size_t kLongest = 3;  // digits: nobody means more
    std::size_t digits = 0;
    while (digits < kLongest && at_ + digits < format_.size() && base::is_digit(format_[at_ + digits])) ++digits;
    auto const value = base::parse_decimal(format_.substr(at_, digits));
    at_ += digits;
    return value;
  }

  void add_literal(std::string_view text) {
    if (text.empty()) return;
    if (pieces_.empty() || pieces_.back().atom != Atom::literal) pieces_.push_back({Atom::literal});
    pieces_.back().text += text;
  }

  base::Result<void> refused(std::size_t start, std::string_view why) const {
    return base::failure(
        std::format("access_log_format: {}, but character {} begins '{}'", why, start + 1, format_.substr(start, 16)));
  }

  std::string_view format_;
  std::size_t at_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace

base::Result<AccessFormat> AccessFormat::compile(std::string_view format) {
  return AccessFormat(TRY(Compiler(format).run()));
}

}  // namespace logging
