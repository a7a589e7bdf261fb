// Receive buffers, lent to connections while bytes of a message are in hand. An idle connection owns none; the one
// given back last is lent first, while it is still in the cache. One is wide, for content in chunks: to receive little
// at a time wakes its sender each time. Used by the loop thread only; beside it, for any thread, the account of what
// all connections keep and the spool for what no buffer holds.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "http/account.h"
#include "http/spool.h"

namespace http {

struct Buffer {
  std::unique_ptr<char[]> bytes;
  std::size_t capacity = 0;
  bool is_wide = false;  // the one of its pool

  static Buffer of(std::size_t capacity) { return {std::make_unique_for_overwrite<char[]>(capacity), capacity}; }
};

class BufferPool {
 public:
  static constexpr std::size_t kBlock = 16 * 1024;
  static constexpr std::size_t kWide = 256 * 1024;

  // `limit` of the account, in bytes; 0: none.
  explicit BufferPool(SpoolOptions spool = {}, std::size_t limit = 0) : account_(limit), spool_(std::move(spool)) {}

  Buffer take();
  // Without bytes while the wide one is lent.
  Buffer take_wide();
  void give_back(Buffer);

  Account& account() { return account_; }
  Spool& spool() { return spool_; }
  // The capacity of the pipes that hold content.
  Account& pipes() { return pipes_; }
  // What answers take up in the spool.
  Account& spooled_answers() { return spooled_answers_; }

 private:
  static constexpr std::size_t kKept = 64;
  static constexpr std::size_t kSpooledAnswers = std::size_t{1} << 30;
  static constexpr std::size_t kPipes = 16 << 20;  // the processes of one user share some 64 of that size (pipe(7))

  std::vector<Buffer> free_;
  Buffer wide_;
  bool wide_was_made_ = false;
  Account account_;
  Account pipes_{kPipes};
  Account spooled_answers_{kSpooledAnswers};
  Spool spool_;
};

}  // namespace http
