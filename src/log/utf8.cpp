#include "log/utf8.h"

#include <algorithm>

namespace logging {

Taken take_character(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto const sequence = sequence_after(byte(0));
  for (std::size_t i = 1; i < sequence.size; ++i) {
    if (i == text.size()) return {i, false};
    bool const fits = i == 1 ? byte(1) >= sequence.second_least && byte(1) <= sequence.second_most
                             : byte(i) >= 0x80 && byte(i) <= 0xbf;
    if (!fits) return {i, false};
  }
  return {std::max<std::size_t>(sequence.size, 1), sequence.size > 0};
}

}  // namespace logging
