#include "http/buffer_pool.h"

#include <utility>

namespace http {
Buffer BufferPool::take() {
  if (free_.empty()) return Buffer::of(kBlock);
  Buffer buffer = std::move(free_.back());
  free_.pop_back();
  return buffer;
}

Buffer BufferPool::take_wide() {
  if (std::exchange(wide_was_made_, true)) return std::exchange(wide_, {});
  auto wide = Buffer::of(kWide);
  wide.is_wide = true;
  return wide;
}

void BufferPool::give_back(Buffer buffer) {
  if (buffer.is_wide) return void(wide_ = std::move(buffer));
  if (buffer.capacity == kBlock && free_.size() < kKept) free_.push_back(std::move(buffer));
}

}  // namespace http
