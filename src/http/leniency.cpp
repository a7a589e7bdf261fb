#include "http/leniency.h"

#include <algorithm>
#include <string>

#include "base/strings.h"

namespace http {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kLineEnd = "\r\n";

bool begins_with_blank(std::string_view text) {
  return !text.empty() && kBlanks.contains(text.front());
}

std::string without_spaces_before_colon(std::string line) {
  auto const colon = line.find(':');
  if (colon == line.npos) return line;
  auto const name = base::trim(std::string_view(line).substr(0, colon), kBlanks).size();
  // A blank in front of the name is another matter: it stays, to be refused.
  if (!begins_with_blank(line)) line.erase(name, colon - name);
  return line;
}

std::string unfolded(std::string_view line) {
  std::string result;
  while (true) {
    auto const end = line.find(kLineEnd);
    if (end == line.npos || end + kLineEnd.size() == line.size()) break;
    auto piece = line.substr(0, end);
    while (!piece.empty() && kBlanks.contains(piece.back())) piece.remove_suffix(1);
    result += piece;
    result += ' ';
    line.remove_prefix(end + kLineEnd.size());
    while (begins_with_blank(line)) line.remove_prefix(1);
  }
  return result += line;
}

}  // namespace

std::size_t field_line_size(std::string_view text, Leniency leniency) {
  for (std::size_t from = 0;;) {
    auto const end = text.find('\n', from);
    if (end == text.npos) return 0;
    auto const size = end + 1;
    bool const is_head_end = from == 0 && size <= kLineEnd.size();
    if (!leniency.obsolete_folding || is_head_end) return size;
    if (size == text.size()) return 0;  // what comes next tells
    if (!begins_with_blank(text.substr(size))) return size;
    from = size;
  }
}

std::size_t make_strict(std::span<char> line, Leniency leniency) {
  std::string strict(line.data(), line.size());
  if (leniency.obsolete_folding) strict = unfolded(strict);
  if (leniency.header_spaces) strict = without_spaces_before_colon(std::move(strict));
  auto const left_over = line.size() - strict.size();
  std::ranges::copy(strict, line.begin() + static_cast<std::ptrdiff_t>(left_over));
  return left_over;
}

}  // namespace http
