// Content that stays in the pages it came in: they are moved from the socket into pipes, and copied once, when the
// content is taken. The kernel keeps them, as it does what is queued on a socket, so all pipes of a worker together are
// few (BufferPool::pipes()); who is not served by them goes on with a file. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/sys.h"
#include "http/account.h"

namespace http {

class PipedContent {
 public:
  // A pipe has room for 256 pages, or pieces of as many that were received as one (pipe(7)).
  static constexpr std::size_t kCapacity = std::size_t{1} << 20;

  // `pipes` is charged the capacity of each, and outlives the content.
  explicit PipedContent(Account& pipes) : pipes_(pipes), charge_(pipes) {}

  // At most `most` bytes of what has come to `socket`. again: nothing has come, or is_full().
  base::sys::Transfer move(int socket, std::size_t most);
  // Nothing more fits, or what comes is in pieces too small to be kept like this. For good, until clear().
  bool is_full() const { return is_full_; }
  // Since clear().
  bool is_used() const { return !parts_.empty(); }

  // Bytes that nobody has taken yet.
  std::uint64_t size() const { return size_; }
  // The next of them: how many.
  std::size_t take(std::span<char> into);

  void clear() {
    if (is_used() || is_full_) let_go();
  }

 private:
  struct Part {
    base::sys::Pipe pipe;
    std::size_t size = 0;  // that is to be taken yet
  };

  bool add_part();
  void let_go();

  Account& pipes_;
  Charge charge_;
  std::vector<Part> parts_;
  std::size_t first_ = 0;  // of them that has a pipe
  std::uint64_t size_ = 0;
  bool is_full_ = false;
};

}  // namespace http
