// Bytes in, messages out: what a client sends after the handshake (RFC 6455 section 5), read strictly. Knows no socket;
// the same bytes in other fragments give the same events. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "websocket/frames.h"
#include "websocket/utf8.h"

namespace websocket {

// A whole message, or a control frame, which may come between the fragments of one.
struct Event {
  Kind kind;
  std::string payload;     // of a close frame the reason; UTF-8 there and in text
  std::uint16_t code = 0;  // of a close frame: kNoCode where it has none
};

// Why the connection has to be closed, in the terms of a close frame (section 7.4.1): 1002, 1007 or 1009. `reason` is a
// constant.
struct Failure {
  std::uint16_t code;
  std::string_view reason;
};

class FrameReader {
 public:
  // `most` is how many bytes a message may have, its fragments put together. Memory grows with what has come, not with
  // what is announced.
  explicit FrameReader(std::size_t most) : most_(most) {}

  // Takes all of `bytes`, which it unmasks in place, and appends what they complete. After a failure nothing more is to
  // be fed; what comes after a close frame is ignored (section 5.5.1).
  std::optional<Failure> feed(std::span<char> bytes, std::vector<Event>& events);

 private:
  // header → payload → (header | closed)
  enum class Phase : std::uint8_t { header, payload, closed };

  std::optional<Failure> take_header(std::span<char>& bytes);
  bool gather(std::span<char>& bytes, std::size_t size);
  std::optional<Failure> check_start() const;
  std::optional<Failure> check_length() const;
  void begin_payload();

  std::optional<Failure> take_payload(std::span<char>& bytes);
  std::optional<Failure> check_close(std::size_t checked);

  std::optional<Failure> end_frame(std::vector<Event>& events);
  void end_control(std::vector<Event>& events);

  // Of the frame whose first two bytes are there.
  bool is_last() const { return header_[0] & 0x80; }
  unsigned opcode() const { return header_[0] & 0x0f; }
  bool is_control() const { return opcode() & 0x08; }
  bool is_close() const { return opcode() == std::to_underlying(Kind::close); }
  unsigned short_length() const { return header_[1] & 0x7f; }
  std::size_t length_size() const;  // of the bytes after those two
  std::uint64_t length() const;

  std::size_t const most_;
  Phase phase_ = Phase::header;

  // The header, as far as it is there.
  std::array<unsigned char, 14> header_{};
  std::size_t header_size_ = 0;

  // The rest of the payload: how much is to come, and the masking key from where that begins.
  std::uint64_t left_ = 0;
  std::uint32_t key_ = 0;

  bool is_in_message_ = false;  // it has begun, and its last fragment is not complete
  Kind kind_ = Kind::text;      // of that message
  std::string message_;
  Utf8 text_;

  std::string control_;
  Utf8 reason_;
};

}  // namespace websocket
