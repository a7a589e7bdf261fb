// Bytes in, requests out: one connection's messages, one after the other (RFC 9112). Knows no socket; the same bytes in
// other fragments give the same requests. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "http/buffer_pool.h"
#include "http/content.h"
#include "http/limits.h"
#include "http/receive_buffer.h"
#include "http/refusal.h"
#include "http/request.h"

namespace http {

class RequestReader {
 public:
  // taking: the head is complete, and the content is to be taken while it comes (Policy::gathers_content). refused:
  // nothing more is read from this connection; refusal() says why.
  enum class Progress { incomplete, taking, complete, refused };

  // All three outlive the reader. `trusted`: the peer may speak for the client (forwarded_allow_ips).
  RequestReader(Limits const& limits, Policy const& policy, BufferPool& pool, bool trusted);
  ~RequestReader();
  RequestReader(RequestReader const&) = delete;
  RequestReader& operator=(RequestReader const&) = delete;

  // The peer spoke for somebody (the PROXY protocol), whose word about clients is not what the peer's was.
  void believe_addresses(bool believed) { addresses_are_believed_ = believed; }

  // Where the next bytes are to be received. Fails when a body cannot be spooled.
  base::Result<std::span<char>> space();

  // `count` bytes were put there.
  Progress received(std::size_t count);

  // Instead of both, of content that nobody has to look at: so many bytes of it may be moved to piped(), and `count`
  // were. 0: none may.
  std::uint64_t may_pipe() const { return stage_ == Stage::content ? pipeable() : 0; }
  PipedContent& piped() { return content_.piped(); }
  Progress has_piped(std::size_t count) { return pass_by(count); }

  // Instead of space() and received(), before anything else was received: all that another reader had in hand.
  Progress begin_with(std::string_view received);

  // Instead of space() and received() where content is taken while it comes, by another thread than that of the pool.
  // Before that, by the pool's: room for all of it.
  base::Result<void> begin_taking();
  // What has come of it moves to `into`: how many bytes.
  std::size_t take(std::span<char> into) { return content_.take(buffer_.bytes(), into); }
  // When all that has come is taken: where the next bytes are to be received, `into` itself if that is worth while.
  std::span<char> space(std::span<char> into);
  // How much of it is still to come or to be taken; nothing where that is not known.
  std::optional<std::uint64_t> left() const;

  // Nothing more is there for now: what has come of a message moves out of the large buffer, which others need.
  void rest();

  // The message is dealt with; goes on to the next, which may be here already.
  Progress next();

  // No byte of a message is in hand: the connection is between requests. Half of an empty line is none.
  bool is_idle() const { return stage_ == Stage::start && (parsed_ == buffer_.size() || buffer_.from(0) == "\r"); }

  // More has come than the present message, which is complete.
  bool has_more() const { return parsed_ < buffer_.size(); }
  // Of that, where no message of HTTP follows any more: moved to `into`, as much as there is room for. How many bytes.
  std::size_t take_behind(std::span<char> into) {
    auto const count = buffer_.from(parsed_).copy(into.data(), into.size());
    parsed_ += count;
    return count;
  }

  // The client waits for "100 Continue" before it sends the content.
  bool awaits_continue() const;

  bool is_complete() const { return stage_ == Stage::complete; }
  bool head_is_complete() const { return stage_ == Stage::content || stage_ == Stage::complete; }

  // Once the head is complete.
  Request const& request() const { return request_; }

  // What is known of a message that is given up: text that has not come is empty. Good until more is read.
  Request const& request_so_far() {
    request_.buffer = buffer_.bytes();
    return request_;
  }

  // A complete message and what came behind it, byte for byte, for another reader. Nothing where that is not kept: long
  // chunked content, lines that had to be put into their strict form.
  struct AsReceived {
    std::string_view head, rest;
  };
  std::optional<AsReceived> as_received() const;

  // Once the message is complete, and its content lies in one piece. Otherwise it is to be taken.
  bool has_body() const { return is_complete() && content_.is_whole(); }
  std::string_view body() const { return content_.view(); }

  Refusal const& refusal() const { return refusal_; }

 private:
  struct Parser;
  friend struct Parser;
  // start → head → content → complete → start
  enum class Stage { start, head, content, complete, refused };

  Progress parse();
  std::uint64_t pipeable() const;
  Progress pass_by(std::size_t count);
  Progress progress() const;
  void forget_chunks();
  void begin_behind(std::size_t count);
  bool begin_message();
  std::size_t longest_method() const;
  bool check_method(std::string_view method);
  void read_head();
  void read_lenient_head();
  std::size_t line_limit() const;
  void refuse_line();
  void read_content();
  void feed(std::size_t count);
  void feed_masked(std::size_t count);
  bool mask_target();
  void execute(std::size_t count);
  Progress refuse(int status, std::string detail) { return refuse(Refusal{status, std::move(detail)}); }
  Progress refuse(Refusal refusal);
  bool heed(std::optional<Refusal> refusal);

  bool on_target(char const* at, std::size_t size);
  bool on_target_end();
  bool on_version();
  bool on_name(char const* at, std::size_t size);
  bool on_name_end();
  bool on_value(char const* at, std::size_t size);
  bool on_field_end();
  bool on_head();
  bool find_client();
  Slice slice_of(std::string_view text) const;
  bool on_extension(char const* at, std::size_t size);
  bool on_extension_end();
  bool on_chunk();
  bool on_content(char const* at, std::size_t size);
  void on_message();

  Limits const& limits_;
  Policy const& policy_;
  bool trusted_;
  bool addresses_are_believed_;
  std::unique_ptr<Parser> parser_;

  Stage stage_ = Stage::start;
  ReceiveBuffer buffer_;
  // Places in the message.
  std::size_t parsed_ = 0;         // up to here bytes were given to the parser
  std::size_t line_begin_ = 0;     // of the line of the head that parsed_ is in
  std::size_t head_size_ = 0;      // of content with storage of its own
  std::size_t content_begin_ = 0;  // of a chunked message, once reading on: received bytes go here again and again
  bool in_name_ = false;
  bool target_is_masked_ = false;
  bool is_rewritten_ = false;  // between lines of the head there are bytes that count for nothing
  bool is_direct_ = false;     // space() lent room elsewhere than in buffer_

  Request request_;
  Content content_;
  Refusal refusal_;
};

}  // namespace http
