// Text between the two worlds. WSGI text is bytes in the clothes of latin-1 (PEP 3333); everything else is UTF-8.
#pragma once

#include <optional>
#include <ranges>
#include <string>
#include <string_view>

#include "python/ref.h"

namespace python {

Ref from_latin1(Gil const&, std::string_view text);

// Undecodable bytes become surrogates, as in sys.argv and os.environ.
Ref from_utf8(Gil const&, std::string_view text);

// A list of such texts; empty with the exception set when memory runs out.
Ref empty_list(Gil const&);
bool append(Gil const&, PyObject* list, std::string_view text);
template <std::ranges::range Texts>
Ref list_of(Gil const& gil, Texts&& texts) {
  Ref list = empty_list(gil);
  for (std::string_view const text : texts) {
    if (!list || !append(gil, list.get(), text)) return {};
  }
  return list;
}

// What cannot be encoded becomes an escape; never fails.
std::string to_utf8(Gil const&, PyObject* text);

// The bytes of a str of latin-1 characters, borrowed from it; nothing when it has others. No copy is made: the C API
// stores such strings one byte a character.
std::optional<std::string_view> latin1_bytes(Gil const&, PyObject* text);

// What a bytes object holds, borrowed from it.
std::string_view view_of(Gil const&, PyObject* bytes);

}  // namespace python
