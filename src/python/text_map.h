// A map by texts that is asked with views of others' bytes.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace python {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

template <typename Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

}  // namespace python
