// What a connection has in hand of what it received: the present message, and what came behind it. It may move whenever
// room is made or given back; places in it are counted from the first byte of the message, so they stay. Its memory is
// the pool's, or charged to the pool's account. One thread at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"
#include "http/buffer_pool.h"

namespace http {

class ReceiveBuffer {
 public:
  // The pool outlives the buffer.
  explicit ReceiveBuffer(BufferPool& pool) : pool_(pool), charge_(pool.account()) {}
  ~ReceiveBuffer();
  ReceiveBuffer(ReceiveBuffer const&) = delete;
  ReceiveBuffer& operator=(ReceiveBuffer const&) = delete;

  // Of the message.
  char* bytes() const { return begin_; }
  std::size_t size() const { return size_; }
  std::string_view from(std::size_t at) const { return {begin_ + at, size_ - at}; }
  std::string_view between(std::size_t at, std::size_t end) const { return {begin_ + at, end - at}; }

  // Room for more, worth a receive. Fails when a larger buffer is needed and the account is full.
  base::Result<void> make_room();
  // Before that, for content in chunks: much room, if nobody else receives that way.
  void widen();
  std::span<char> room() const { return {begin_ + size_, memory_.bytes.get() + memory_.capacity}; }
  void add(std::size_t count) { size_ += count; }
  // Instead, before anything was received.
  void begin_with(std::string_view received);

  // Only the first `size` bytes count.
  void truncate(std::size_t size) { size_ = size; }
  // The first `count` bytes are dealt with, and what is behind them is the message.
  void drop(std::size_t count) { begin_ += count, size_ -= count; }

  // More is not received before somebody else was heard: what is in hand takes up no more than it needs.
  void rest();
  // The message is complete. What others receive with is not kept for it.
  void narrow();
  void give_back();

 private:
  void move_to(Buffer);

  BufferPool& pool_;
  Buffer memory_;
  Charge charge_;  // of memory_, while somebody is waited for
  char* begin_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace http
