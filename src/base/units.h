// Sizes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace base {

struct ByteSize {
  std::uint64_t bytes = 0;
  bool operator==(ByteSize const&) const = default;
};

// Whole bytes, or a whole number with K, M, G or T (powers of 1024; "KB" and "KiB" mean the same, in any case).
std::optional<ByteSize> parse_byte_size(std::string_view text);

}  // namespace base
