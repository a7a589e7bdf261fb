#include "http/leniency.h"

#include <gtest/gtest.h>

#include <string>

namespace http {
namespace {

constexpr Leniency kFolding{.obsolete_folding = true};
constexpr Leniency kSpaces{.header_spaces = true};

std::string strict(std::string line, Leniency leniency) {
  return line.substr(make_strict(line, leniency));
}

TEST(Leniency, KnowsAFoldedLineOnlyByWhatFollows) {
  EXPECT_EQ(field_line_size("A: 1\r\n", kSpaces), 6u);
  EXPECT_EQ(field_line_size("A: 1\r\n", kFolding), 0u);
  EXPECT_EQ(field_line_size("A: 1\r\nB", kFolding), 6u);
  EXPECT_EQ(field_line_size("A: 1\r\n 2\r\n", kFolding), 0u);
  EXPECT_EQ(field_line_size("A: 1\r\n 2\r\n\r", kFolding), 10u);
  EXPECT_EQ(field_line_size("\r\n 2\r\n", kFolding), 2u) << "the end of the head, and content";
  EXPECT_EQ(field_line_size("A: 1", kSpaces), 0u);
}

TEST(Leniency, MakesAFoldASpace) {
  EXPECT_EQ(strict("A: 1\r\n 2\r\n", kFolding), "A: 1 2\r\n");
  EXPECT_EQ(strict("A: 1 \t\r\n\t  2\r\n 3\r\n", kFolding), "A: 1 2 3\r\n");
  EXPECT_EQ(strict("A: 1\r\n", kFolding), "A: 1\r\n");
}

TEST(Leniency, TakesTheSpacesBeforeTheColonOut) {
  EXPECT_EQ(strict("A \t: 1 : 2\r\n", kSpaces), "A: 1 : 2\r\n");
  EXPECT_EQ(strict(" A : 1\r\n", kSpaces), " A : 1\r\n");
  EXPECT_EQ(strict("A\r\n", kSpaces), "A\r\n");
}

TEST(Leniency, TouchesNothingElse) {
  for (auto const* line : {"A: \r\r\n", "A: 1\n", "\r\n", ":\r\n", "A\n B: 1\r\n"}) {
    EXPECT_EQ(strict(line, {.obsolete_folding = true, .header_spaces = true}), line);
  }
}

}  // namespace
}  // namespace http
