#include "metrics/request_line.h"

#include <algorithm>
#include <cstring>

namespace metrics {

void RequestLine::set(std::string_view line) {
  line = line.substr(0, kCapacity);
  for (auto& word : words_) {
    std::uint64_t value = 0;
    auto const count = std::min(line.size(), sizeof value);
    if (count > 0) std::memcpy(&value, line.data(), count);
    word.store(value, std::memory_order_relaxed);
    line.remove_prefix(count);
    if (count < sizeof value) return;
  }
}

std::string RequestLine::get() const {
  std::string line;
  for (auto const& word : words_) {
    auto const value = word.load(std::memory_order_relaxed);
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    auto const count = ::strnlen(bytes, sizeof value);
    line.append(bytes, count);
    if (count < sizeof value) break;
  }
  return line;
}

}  // namespace metrics
