// Text that is put together from small pieces, again and again in the same memory: what a std::string does, without a
// call for each piece. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace base {

class Text {
 public:
  Text& add(std::string_view piece) {
    if (piece.empty()) return *this;
    std::memcpy(room(piece.size()), piece.data(), piece.size());
    size_ += piece.size();
    return *this;
  }
  Text& add(char c) {
    *room(1) = c;
    ++size_;
    return *this;
  }
  // `count` times.
  Text& insert(std::size_t at, std::size_t count, char c) {
    char* const end = room(count);
    std::memmove(bytes_.get() + at + count, bytes_.get() + at, static_cast<std::size_t>(end - bytes_.get()) - at);
    std::memset(bytes_.get() + at, c, count);
    size_ += count;
    return *this;
  }
  void erase(std::size_t at, std::size_t count) {
    std::memmove(bytes_.get() + at, bytes_.get() + at + count, size_ - at - count);
    size_ -= count;
  }
  void clear() { size_ = 0; }
  void shrink_to(std::size_t size) { size_ = size; }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Good until the text is changed.
  std::string_view view() const { return {bytes_.get(), size_}; }
  operator std::string_view() const { return view(); }

 private:
  char* room(std::size_t count) {
    if (capacity_ - size_ < count) [[unlikely]]
      grow(count);
    return bytes_.get() + size_;
  }
  void grow(std::size_t count) {
    capacity_ = std::max(size_ + count, 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (size_) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace base
