// What the fuzz targets share: expectations that end the program, and bytes that stand for decisions.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fuzzing {

// libFuzzer takes an abort for a finding.
inline void expect(bool holds, std::string_view claim) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(claim.size()), claim.data());
  std::abort();
}

inline void expect_equal(std::string const& left, std::string const& right, std::string_view claim) {
  if (left != right) std::fprintf(stderr, "---\n%s---\n%s---\n", left.c_str(), right.c_str());
  expect(left == right, claim);
}

// The first byte of an input says how, the others what.
struct Input {
  Input(std::uint8_t const* data, std::size_t size)
      : choice(size ? data[0] : 0), text(reinterpret_cast<char const*>(data) + (size ? 1 : 0), size ? size - 1 : 0) {}

  bool chooses(unsigned bit) const { return (choice >> bit) & 1; }

  std::uint8_t choice;
  std::string_view text;
};

// Sizes of fragments that depend on nothing but the text, so that a finding is found again.
class Fragments {
 public:
  explicit Fragments(std::string_view text) {
    for (char const c : text) state_ = state_ * 31 + static_cast<unsigned char>(c);
  }
  std::size_t next() {
    state_ = state_ * 1664525 + 1013904223;
    auto const drawn = state_ >> 16;
    return drawn % 4 == 0 ? 1 + drawn / 4 % 200 : 1 + drawn / 4 % 9;
  }

 private:
  std::uint32_t state_ = 1;
};

}  // namespace fuzzing
