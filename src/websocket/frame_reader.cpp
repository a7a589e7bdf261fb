#include "websocket/frame_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace websocket {
namespace {

static_assert(std::endian::native == std::endian::little);  // the first byte of a key is its least

constexpr Failure protocol_error(std::string_view reason) {
  return {1002, reason};
}

constexpr Failure kNoUtf8{1007, "Text is not UTF-8"};

// Section 5.3. Returns the key for what follows.
std::uint32_t unmask(std::span<char> bytes, std::uint32_t key) {
  auto const keys = std::uint64_t{key} << 32 | key;
  std::size_t at = 0;
  for (std::uint64_t word; bytes.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, &bytes[at], sizeof word);
    word ^= keys;
    std::memcpy(&bytes[at], &word, sizeof word);
  }
  for (; at < bytes.size(); ++at, key = std::rotr(key, 8)) bytes[at] ^= static_cast<char>(key);
  return key;
}

// Big endian.
std::uint64_t number(std::span<unsigned char const> bytes) {
  std::uint64_t value = 0;
  for (auto const byte : bytes) value = value << 8 | byte;
  return value;
}

// Of the payload of a close frame, which begins with it.
std::uint16_t code_of(std::string_view payload) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                    static_cast<unsigned char>(payload[1]));
}

}  // namespace

std::optional<Failure> FrameReader::feed(std::span<char> bytes, std::vector<Event>& events) {
  while (!bytes.empty() && phase_ != Phase::closed) {
    auto failure = phase_ == Phase::header ? take_header(bytes) : take_payload(bytes);
    if (!failure && phase_ == Phase::payload && left_ == 0) failure = end_frame(events);
    if (failure) return failure;
  }
  return std::nullopt;
}

std::optional<Failure> FrameReader::take_header(std::span<char>& bytes) {
  if (header_size_ < 2) {
    if (!gather(bytes, 2)) return std::nullopt;
    if (auto const failure = check_start()) return failure;
  }
  if (!gather(bytes, 2 + length_size() + sizeof key_)) return std::nullopt;
  if (auto const failure = check_length()) return failure;
  begin_payload();
  return std::nullopt;
}

// False: there are not as many.
bool FrameReader::gather(std::span<char>& bytes, std::size_t size) {
  auto const count = std::min(size - header_size_, bytes.size());
  std::memcpy(&header_[header_size_], bytes.data(), count);
  bytes = bytes.subspan(count);
  header_size_ += count;
  return header_size_ == size;
}

// Sections 5.1, 5.2, 5.4 and 5.5.
std::optional<Failure> FrameReader::check_start() const {
  if (header_[0] & 0x70) return protocol_error("Reserved bits are set");
  if ((opcode() & 0x07) > 2) return protocol_error("Unknown opcode");
  if (!(header_[1] & 0x80)) return protocol_error("A frame is not masked");
  if (is_control()) {
    if (!is_last()) return protocol_error("A control frame is fragmented");
    if (short_length() > kLargestControlPayload) return protocol_error("A control frame is too long");
    if (is_close() && short_length() == 1) return protocol_error("A close frame has half a code");
    return std::nullopt;
  }
  bool const continues = opcode() == 0;
  if (continues && !is_in_message_) return protocol_error("A continuation frame continues nothing");
  if (!continues && is_in_message_) return protocol_error("A message begins within another");
  return std::nullopt;
}

std::optional<Failure> FrameReader::check_length() const {
  auto const announced = length();
  if (announced >> 63) return protocol_error("The length of a frame is no 63-bit number");
  if ((length_size() == 2 && announced < 126) || (length_size() == 8 && announced <= 0xffff))
    return protocol_error("The length of a frame is not in its shortest form");
  if (!is_control() && announced > most_ - message_.size()) return Failure{1009, "The message is too long"};
  return std::nullopt;
}

void FrameReader::begin_payload() {
  phase_ = Phase::payload;
  left_ = length();
  std::memcpy(&key_, &header_[header_size_ - sizeof key_], sizeof key_);
  if (!is_control() && opcode() != 0) {
    is_in_message_ = true;
    kind_ = static_cast<Kind>(opcode());
  }
}

std::size_t FrameReader::length_size() const {
  return short_length() == 126 ? 2 : short_length() == 127 ? 8 : 0;
}

std::uint64_t FrameReader::length() const {
  auto const size = length_size();
  return size == 0 ? short_length() : number(std::span(header_).subspan(2, size));
}

std::optional<Failure> FrameReader::take_payload(std::span<char>& bytes) {
  auto const piece = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  bytes = bytes.subspan(piece.size());
  left_ -= piece.size();
  key_ = unmask(piece, key_);
  std::string_view const payload(piece.data(), piece.size());
  if (is_control()) {
    auto const checked = control_.size();
    control_ += payload;
    return is_close() ? check_close(checked) : std::nullopt;
  }
  if (kind_ == Kind::text && !text_.add(payload)) return kNoUtf8;
  message_ += payload;
  return std::nullopt;
}

// Section 5.5.1: a code, and a reason in UTF-8. `checked` bytes of them are known to be good.
std::optional<Failure> FrameReader::check_close(std::size_t checked) {
  constexpr auto code_size = sizeof(Event::code);
  if (control_.size() < code_size) return std::nullopt;
  if (checked < code_size && !may_be_sent(code_of(control_)))
    return protocol_error("The code of a close frame is not allowed");
  if (!reason_.add(std::string_view(control_).substr(std::max(checked, code_size)))) return kNoUtf8;
  return std::nullopt;
}

std::optional<Failure> FrameReader::end_frame(std::vector<Event>& events) {
  phase_ = Phase::header;
  header_size_ = 0;
  if (is_control()) {
    if (is_close() && !reason_.is_whole()) return kNoUtf8;
    end_control(events);
  } else if (is_last()) {
    if (kind_ == Kind::text && !text_.is_whole()) return kNoUtf8;
    is_in_message_ = false;
    events.push_back({kind_, std::exchange(message_, {})});
  }
  return std::nullopt;
}

void FrameReader::end_control(std::vector<Event>& events) {
  Event event{static_cast<Kind>(opcode()), std::exchange(control_, {})};
  if (is_close()) {
    phase_ = Phase::closed;
    event.code = event.payload.empty() ? kNoCode : code_of(event.payload);
    event.payload.erase(0, sizeof event.code);
  }
  events.push_back(std::move(event));
}

}  // namespace websocket
