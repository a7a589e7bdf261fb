// The beginning of a request line in shared memory. One writer, readers in other processes and threads: a reader that
// meets a writer may see a mixture of two lines, never anything outside of the buffer.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace metrics {

class RequestLine {
 public:
  static constexpr std::size_t kCapacity = 191;  // longer lines lose their end

  void set(std::string_view line);
  std::string get() const;

 private:
  // Words instead of characters: as few atomic stores as a copy of plain memory takes. A zero byte ends the text.
  std::array<std::atomic<std::uint64_t>, (kCapacity + 1) / sizeof(std::uint64_t)> words_{};
};

}  // namespace metrics
