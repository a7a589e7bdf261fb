// What permit_obsolete_folding and strip_header_spaces let pass: a field line is put into the form that RFC 9112
// section 5 asks for, in place, before anybody reads it. So there is one reading here too, and it is the strict one.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace http {

struct Leniency {
  bool obsolete_folding = false;  // a line that begins with a blank goes on with the line before it
  bool header_spaces = false;     // blanks between name and colon do not count

  explicit operator bool() const { return obsolete_folding || header_spaces; }
};

// The size of the field line that `text` begins with, its folds and its line end included; 0 as long as that cannot be
// told, because it is not all there.
std::size_t field_line_size(std::string_view text, Leniency);

// Rewrites a whole field line; it gets no longer, and ends where it ended. Returns how many bytes at its front are left
// over. A fold becomes one space.
std::size_t make_strict(std::span<char> line, Leniency);

}  // namespace http
