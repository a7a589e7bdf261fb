// Whether a text that comes in pieces is UTF-8 (RFC 3629); characters may be split between them.
#pragma once

#include <string_view>

namespace websocket {

class Utf8 {
 public:
  // False as soon as no more bytes could mend it; then nothing more is to be added.
  bool add(std::string_view piece);

  // The last character is complete.
  bool is_whole() const { return missing_ == 0; }

 private:
  bool take(unsigned char byte);

  unsigned missing_ = 0;  // bytes of the last character; the next of them is within
  unsigned char least_ = 0x80, most_ = 0xbf;
};

}  // namespace websocket
