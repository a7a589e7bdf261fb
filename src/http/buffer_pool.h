// Receive buffers, lent to connections while bytes of a message are in hand. An idle connection owns none; the one
// given back last is lent first, while it is still in the cache. Beside it the spool, for what no buffer holds. Used by
// the loop thread only.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "http/spool.h"

namespace http {

struct Buffer {
  std::unique_ptr<char[]> bytes;
  std::size_t capacity = 0;
};

class BufferPool {
 public:
  static constexpr std::size_t kBlock = 16 * 1024;

  explicit BufferPool(SpoolOptions spool = {}) : spool_(std::move(spool)) {}

  Buffer take();
  void give_back(Buffer);

  Spool& spool() { return spool_; }

 private:
  static constexpr std::size_t kKept = 64;

  std::vector<Buffer> free_;
  Spool spool_;
};

}  // namespace http
