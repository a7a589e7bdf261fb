#include "worker/refusal_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace worker {
namespace {

using std::chrono::milliseconds;

struct RefusalLogTest : testing::Test {
  RefusalLogTest() {
    logging::Options options;
    options.error_path = path;
    log.emplace(*logging::Log::open(options));
    refusals.emplace(*log);
  }
  ~RefusalLogTest() override { std::filesystem::remove(path); }

  // What was logged since last asked, without the time and so on.
  std::vector<std::string> lines() {
    std::ifstream file(path);
    std::vector<std::string> found;
    for (std::string line; std::getline(file, line);) {
      auto const text = line.find("[WARNING] ");
      found.push_back(text == line.npos ? line : line.substr(text + 10));
    }
    found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(seen));
    seen += found.size();
    return found;
  }

  void note_times(int count, base::Instant now) {
    for (int i = 0; i < count; ++i) refusals->note("192.0.2.1", "broken", now);
  }

  std::string path = testing::TempDir() + "refusal_log_test." + std::to_string(::getpid());
  std::optional<logging::Log> log;
  std::optional<RefusalLog> refusals;
  std::size_t seen = 0;
  base::Instant const start = base::now();
};

TEST_F(RefusalLogTest, SaysWhoAndWhy) {
  refusals->note("192.0.2.1", "Invalid HTTP method: 'get'", start);
  EXPECT_EQ(lines(), std::vector<std::string>{"Invalid request from ip=192.0.2.1: Invalid HTTP method: 'get'"});
  EXPECT_FALSE(refusals->due());
}

TEST_F(RefusalLogTest, WritesOnlySoManyASecondAndCountsTheRest) {
  note_times(1000, start);
  EXPECT_EQ(lines().size(), 10u);
  ASSERT_TRUE(refusals->due());
  refusals->summarize(start + milliseconds(999));
  EXPECT_TRUE(lines().empty());
  refusals->summarize(*refusals->due());
  EXPECT_EQ(lines(), std::vector<std::string>{"990 more requests were refused in the last second"});
  EXPECT_FALSE(refusals->due());
  note_times(3, start + milliseconds(1001));
  EXPECT_EQ(lines().size(), 3u);
}

TEST_F(RefusalLogTest, SummarizesBeforeItGoesOn) {
  note_times(12, start);
  lines();
  note_times(1, start + milliseconds(5000));
  auto const said = lines();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0], "2 more requests were refused in the last second");
}

TEST_F(RefusalLogTest, LeavesNothingOfAClientBare) {
  refusals->note("192.0.2.1", "a\r\n[forged] \x1b[2J \x9b \xe9 \"q\"", start);
  EXPECT_EQ(lines(), std::vector<std::string>{
                         "Invalid request from ip=192.0.2.1: a\\x0d\\x0a[forged] \\x1b[2J \\x9b \\xe9 \\\"q\\\""});
  refusals->note("192.0.2.1", std::string(100'000, 'x'), start);
  EXPECT_LT(lines().at(0).size(), 400u);
}

}  // namespace
}  // namespace worker
