// The content of one message while it comes (RFC 9110 section 6.4): how much of it there may be, where it lies, and
// what its chunks carry besides (RFC 9112 section 7.1). It stays in the receive buffer as long as it lies there in one
// piece and no more is to be received; then it has storage of its own, or stays in the pages it came in. Where it is
// taken while it comes, it stays in the receive buffer until it is taken. One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/body.h"
#include "http/buffer_pool.h"
#include "http/limits.h"
#include "http/piped_content.h"
#include "http/refusal.h"
#include "http/request.h"

namespace http {

class Content {
 public:
  // Both outlive the content. `is_gathered`: it is complete before anybody takes it (Policy::gathers_content).
  Content(Limits const& limits, BufferPool& pool, bool is_gathered)
      : limits_(limits),
        is_gathered_(is_gathered),
        piped_(pool.pipes()),
        body_(limits.body_in_memory, pool.account(), pool.spool()) {}

  void clear();

  // So far.
  std::uint64_t size() const { return taken_ + in_buffer_.size + piped_.size() + body_.size(); }
  // Of what lies in the receive buffer.
  Slice in_buffer() const { return in_buffer_; }
  bool is_stored() const { return body_.size() > 0; }
  // It lies in one piece once it is finished: view(), until clear(). Otherwise it is to be taken.
  bool is_whole() const { return !piped_.is_used(); }
  std::string_view view() const { return view_; }

  // Those that return a refusal have something against what has come.

  // So much more is announced.
  std::optional<Refusal> expect(std::uint64_t more) const {
    if (!limits_.body || (size() <= limits_.body && more <= limits_.body - size())) return std::nullopt;
    return too_large();
  }
  // `piece` is the next, in `buffer`.
  std::optional<Refusal> add(char* buffer, std::string_view piece);
  std::optional<Refusal> finish(char const* buffer);

  // Instead of add(): room in storage of its own for what is missing, or some of it, to be received in place. Nothing
  // is in the buffer any more.
  base::Result<std::span<char>> room(std::uint64_t missing);
  base::Result<void> leave_buffer(char const* buffer);
  // So much was received there, or where it is wanted.
  void add_direct(std::size_t count) { is_gathered_ ? body_.claim(count) : void(taken_ += count); }

  // Instead of both, if there is that much to come: what has come to the socket goes there.
  bool may_be_piped(std::uint64_t missing) const {
    return is_gathered_ && (piped_.is_used() || missing > limits_.body_in_memory) && !piped_.is_full();
  }
  PipedContent& piped() { return piped_; }

  // Where it is taken while it comes, or does not lie in one piece.

  // Moves what is here to `into`, as much as there is room for: how many bytes.
  std::size_t take(char const* buffer, std::span<char> into);
  // How much of it is here and finished.
  std::uint64_t untaken() const { return in_buffer_.size + piped_.size() + rest_.size(); }

  // Chunked content: a chunk's size line, what stands in it behind the size, and the fields behind the last chunk.
  std::optional<Refusal> begin_chunk(std::uint64_t size);
  std::optional<Refusal> add_extension(std::string_view piece);
  std::optional<Refusal> end_extension();
  void add_trailer_name(std::string_view piece) { trailer_name_.append(piece); }
  std::optional<Refusal> end_trailer_name();
  bool is_in_trailers() const { return in_trailers_; }
  // How many bytes of trailers may still come.
  std::size_t trailer_room() const { return limits_.field_size - trailers_size_; }
  void count_trailers(std::size_t size) { trailers_size_ += size; }

 private:
  Refusal too_large() const;

  Limits const& limits_;
  bool const is_gathered_;
  // In this order.
  std::uint64_t taken_ = 0;
  Slice in_buffer_;
  PipedContent piped_;
  Body body_;
  std::string_view rest_;  // of body_, where it is finished and not whole
  std::string_view view_;
  bool in_trailers_ = false;
  bool extension_is_quoted_ = false;
  std::size_t trailers_size_ = 0;
  std::size_t extension_size_ = 0;   // of the present name or value
  std::size_t extensions_size_ = 0;  // of all of the message
  std::string trailer_name_;
};

}  // namespace http
