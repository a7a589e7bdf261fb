#include "http/receive_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace http {
namespace {

constexpr std::size_t kUsefulRoom = 1024;  // less than this is not worth a receive
constexpr std::size_t kRestingStep = 256;

}  // namespace

ReceiveBuffer::~ReceiveBuffer() {
  give_back();
}

base::Result<void> ReceiveBuffer::make_room() {
  if (memory_.capacity < BufferPool::kBlock) move_to(pool_.take());
  if (room().size() >= kUsefulRoom) return {};
  auto const capacity = size_ * 2 > memory_.capacity ? memory_.capacity * 2 : memory_.capacity;
  if (capacity > memory_.capacity && pool_.account().is_full())
    return base::failure("what clients have begun to send already fills buffer_limit");
  move_to(Buffer::of(capacity));
  if (capacity > BufferPool::kBlock) charge_.set(capacity);
  return {};
}

void ReceiveBuffer::widen() {
  if (memory_.capacity >= BufferPool::kWide) return;
  if (auto wide = pool_.take_wide(); wide.bytes) move_to(std::move(wide));
}

void ReceiveBuffer::begin_with(std::string_view received) {
  move_to(Buffer::of(std::max(received.size(), BufferPool::kBlock)));
  std::ranges::copy(received, begin_);
  size_ = received.size();
}

void ReceiveBuffer::rest() {
  if (!size_) return give_back();
  auto const needed = (size_ + kRestingStep - 1) / kRestingStep * kRestingStep;
  if (needed <= memory_.capacity / 2 || memory_.is_wide) move_to(Buffer::of(needed));
  charge_.set(memory_.capacity);
}

void ReceiveBuffer::narrow() {
  if (memory_.is_wide && size_ <= BufferPool::kBlock) move_to(pool_.take());
}

void ReceiveBuffer::give_back() {
  if (memory_.bytes) pool_.give_back(std::exchange(memory_, {}));
  charge_.set(0);
  begin_ = nullptr;
  size_ = 0;
}

void ReceiveBuffer::move_to(Buffer other) {
  if (size_) std::memcpy(other.bytes.get(), begin_, size_);
  begin_ = other.bytes.get();
  std::swap(memory_, other);
  if (other.bytes) pool_.give_back(std::move(other));
}

}  // namespace http
