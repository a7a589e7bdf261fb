#include "http/buffer_pool.h"

namespace http {

Buffer BufferPool::take() {
  if (free_.empty()) return {std::make_unique_for_overwrite<char[]>(kBlock), kBlock};
  Buffer buffer = std::move(free_.back());
  free_.pop_back();
  return buffer;
}

void BufferPool::give_back(Buffer buffer) {
  if (buffer.capacity == kBlock && free_.size() < kKept) free_.push_back(std::move(buffer));
}

}  // namespace http
