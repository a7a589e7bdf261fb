// Bytes that may or may not be UTF-8 (RFC 3629), taken apart one character at a time.
#pragma once

#include <cstddef>
#include <string_view>

namespace logging {

// How many bytes at the front of `text` belong together, and whether they are a character. Of a broken one as many as
// could have begun it (the practice of Unicode, section 3.9).
struct Taken {
  std::size_t size;
  bool is_character;
};

// Of a text that is not empty.
Taken take_character(std::string_view text);

}  // namespace logging
