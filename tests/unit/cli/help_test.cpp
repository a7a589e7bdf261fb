#include "cli/help.h"

#include <gtest/gtest.h>

#include "base/strings.h"
#include "cli/terminal.h"
#include "config/settings_table.h"

namespace cli {
namespace {

TEST(Help, OpensWithTheUsage) {
  EXPECT_TRUE(help("gunicorn", 80).starts_with("usage: gunicorn [OPTIONS] [APP_MODULE]\n"));
}

TEST(Help, NamesEveryFlag) {
  auto const text = help("monoceros", 80);
  for (auto const& section : config::settings_table()) {
    for (auto const& row : section.rows) {
      for (auto const flag : row.flags) EXPECT_TRUE(text.contains(flag)) << flag;
    }
  }
}

TEST(Help, GroupsFlagsAndLeavesOutSectionsWithoutAny) {
  auto const text = help("monoceros", 80);
  EXPECT_TRUE(text.contains("\nServer Socket:\n  -b ADDRESS, --bind ADDRESS\n                        An address"));
  EXPECT_FALSE(text.contains("Server Hooks"));
}

TEST(Help, OfTheHealthcheckIsItsOwn) {
  auto const text = healthcheck_help("monoceros", 80);
  EXPECT_TRUE(text.starts_with("usage: monoceros healthcheck [--bind ADDRESS]"));
  EXPECT_TRUE(text.contains("\n  --path PATH           The path to ask for."));
  EXPECT_FALSE(text.contains("--workers"));
}

TEST(Help, PutsTheTextBesideAShortFlag) {
  EXPECT_TRUE(help("monoceros", 80).contains("\n  --backlog INT         How many connections"));
  EXPECT_TRUE(help("monoceros", 80).contains("\n  -h, --help            Show this help and exit.\n"));
}

TEST(Help, FitsTheTerminal) {
  for (unsigned const width : {50u, 80u, 100u}) {
    for (auto const line : base::split(help("monoceros", width), '\n')) {
      // A flag cannot be broken, only the text below it.
      if (line.starts_with("                        ")) EXPECT_LE(line.size(), width) << line;
    }
  }
}

TEST(Help, SaysWhatIsNotSupportedYet) {
  EXPECT_TRUE(help("monoceros", 120).contains("(not supported yet)"));
  EXPECT_TRUE(help("monoceros", 120).contains("Restart the workers when the application's code changes.\n"));
}

TEST(Version, IsOneLine) {
  EXPECT_EQ(version(), "monoceros (version " MONOCEROS_VERSION ")\n");
}

TEST(TerminalWidth, FollowsTheVariable) {
  EXPECT_EQ(terminal_width({{"COLUMNS", "132"}}), 132u);
  EXPECT_GE(terminal_width({{"COLUMNS", "wide"}}), 1u);
}

}  // namespace
}  // namespace cli
