// The name of a field that an application answers with, looked at once: whether it is a name, and whose it is to set.
#pragma once

#include <cstdint>
#include <string_view>

namespace http {

struct FieldName {
  enum class Kind : std::uint8_t {
    invalid,         // no token (RFC 9110 section 5.6.2)
    ours_to_decide,  // hop-by-hop (RFC 9110 section 7.6.1), or it identifies this server
    content_length,
    upgrade,  // the application's where it switches protocols, or asks for that (RFC 9110 sections 15.2.2 and 15.5.22)
    other,
  };

  // `text` outlives it.
  static FieldName of(std::string_view text);

  std::string_view text = {};
  Kind kind = Kind::invalid;
};

}  // namespace http
