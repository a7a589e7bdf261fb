// Where a server shall listen, as `bind` says it: Gunicorn's forms.
//   HOST  HOST:PORT  :PORT  [V6]:PORT  tcp://...   a TCP port; without HOST every IPv4 address, without PORT 8000
//   unix:PATH  unix://PATH                         a stream socket in the file system
//   fd://N                                         a socket that somebody else opened and left to us
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace net {

class Address {
 public:
  enum class Kind { tcp, path, inherited };

  // Fails in one sentence that names what was written and what would be right.
  static base::Result<Address> parse(std::string_view bind);

  Kind kind() const { return kind_; }
  // tcp: lower case, without brackets.
  std::string const& host() const { return text_; }
  std::uint16_t port() const { return port_; }
  // path
  std::string const& path() const { return text_; }
  // inherited
  int descriptor() const { return descriptor_; }

  // As an operator would write it: "127.0.0.1:8000", "[::1]:8000", "unix:/run/app.sock", "fd://3".
  std::string to_string() const;

  friend bool operator==(Address const&, Address const&) = default;

 private:
  Address(Kind kind, std::string text, std::uint16_t port, int descriptor)
      : kind_(kind), text_(std::move(text)), port_(port), descriptor_(descriptor) {}

  static base::Result<Address> parse_inherited(std::string_view descriptor);
  static base::Result<Address> parse_tcp(std::string_view text);

  Kind kind_;
  std::string text_;  // host or path
  std::uint16_t port_;
  int descriptor_;
};

}  // namespace net
