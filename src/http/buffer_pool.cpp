#include "http/buffer_pool.h"

#include <utility>

namespace http {
namespace {

Buffer make(std::size_t capacity) {
  return {std::make_unique_for_overwrite<char[]>(capacity), capacity};
}

}  // namespace

Buffer BufferPool::take() {
  if (free_.empty()) return make(kBlock);
  Buffer buffer = std::move(free_.back());
  free_.pop_back();
  return buffer;
}

Buffer BufferPool::take_wide() {
  return std::exchange(wide_was_made_, true) ? std::exchange(wide_, {}) : make(kWide);
}

void BufferPool::give_back(Buffer buffer) {
  if (buffer.capacity == kWide) return void(wide_ = std::move(buffer));
  if (buffer.capacity == kBlock && free_.size() < kKept) free_.push_back(std::move(buffer));
}

}  // namespace http
