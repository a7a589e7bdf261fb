// "Did you mean": the known name nearest to what somebody typed.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace base {

// The candidate with the fewest single-character edits from `word`, if it is near enough to be a typing error.
std::optional<std::string_view> nearest(std::string_view word, std::span<std::string_view const> candidates);

}  // namespace base
