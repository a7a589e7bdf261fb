#include "base/spellcheck.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace base {
namespace {

// Levenshtein distance by the two-row dynamic programme.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      std::size_t const substituted = diagonal + (left[i] != right[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word, std::span<std::string_view const> candidates) {
  std::size_t best_distance = 1 + word.size() / 3;
  std::optional<std::string_view> best;
  for (auto const candidate : candidates) {
    std::size_t const distance = edit_distance(word, candidate);
    if (distance < best_distance || (distance == best_distance && !best)) best_distance = distance, best = candidate;
  }
  return best;
}

}  // namespace base
