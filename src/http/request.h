// One request as received (RFC 9112). The text stays in the connection's receive buffer; the views are good until the
// connection goes on to its next message.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace http {

// A piece of what is received of a message, by offset, because it may move while a head is still growing.
struct Slice {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;

  // `piece` of `buffer` follows, or is the first.
  void extend(char const* buffer, std::string_view piece) {
    if (!size) begin = static_cast<std::uint32_t>(piece.data() - buffer);
    size += static_cast<std::uint32_t>(piece.size());
  }
};

struct Field {
  Slice name, value;
};

struct Request {
  char const* buffer = nullptr;

  Slice method, target, path, query;
  Slice authority;  // of a target in absolute form; it goes before Host, whose value it becomes
  std::vector<Field> fields;
  int minor_version = 1;  // of HTTP/1.x

  // Who sent it, where a trusted proxy says so and is asked (real_client_address); else empty.
  Slice client_address, client_port;

  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool is_secure = false;  // by a trusted peer's secure_scheme_headers

  std::string_view text(Slice slice) const { return {buffer + slice.begin, slice.size}; }

  // The value of the first field called `name` (any case).
  std::optional<std::string_view> field(std::string_view name) const;
  // Of the last, which is the one that the nearest proxy has added.
  std::optional<std::string_view> last_field(std::string_view name) const;

  // Back to an empty request; keeps the capacity of `fields`, unless it is large.
  void clear();
};

}  // namespace http
