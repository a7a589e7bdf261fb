#include "metrics/slot_table.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace metrics {
namespace {

TEST(SlotTable, ChildsStoresAreSeenByItsParent) {
  auto table = SlotTable::create(2).value();
  auto& slot = *table.acquire();
  auto const child = ::fork();
  if (child == 0) {
    slot.begin_request(base::from_ticks(5), "GET /slow HTTP/1.1");
    slot.requests.fetch_add(3);
    slot.state = WorkerState::ready;
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(slot.request_started, 5u);
  EXPECT_EQ(slot.request_line.get(), "GET /slow HTTP/1.1");
  EXPECT_EQ(slot.requests, 3u);
  EXPECT_EQ(slot.state, WorkerState::ready);
}

TEST(SlotTable, GivesFreshSlotsUntilAllAreTaken) {
  auto table = SlotTable::create(2).value();
  auto& first = *table.acquire();
  EXPECT_NE(table.acquire(), &first);
  EXPECT_EQ(table.acquire(), nullptr);
  first.requests = 7;
  first.state = WorkerState::exiting;
  table.release(first);
  auto* const again = table.acquire();
  ASSERT_EQ(again, &first);
  EXPECT_EQ(again->requests, 0u);
  EXPECT_EQ(again->state, WorkerState::booting);
}

// A worker looks at the others, and would otherwise touch the memory of all that there may ever be.
TEST(SlotTable, ShowsThoseThatHaveBeenInUseToEveryProcess) {
  auto table = SlotTable::create().value();
  EXPECT_EQ(table.slots().size(), 0u);
  auto* const first = table.acquire();
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  auto const child = ::fork();
  if (child == 0) {
    char byte;
    (void)!::read(ready[0], &byte, 1);
    ::_exit(static_cast<int>(table.slots().size()));
  }
  table.acquire();
  table.release(*first);
  table.acquire();
  ASSERT_EQ(::write(ready[1], "x", 1), 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 2);
}

TEST(RequestLine, KeepsWhatFits) {
  RequestLine line;
  EXPECT_EQ(line.get(), "");
  std::string const longest(RequestLine::kCapacity, 'a');
  line.set(longest + "bcdefghij");
  EXPECT_EQ(line.get(), longest);
}

TEST(RequestLine, ShorterTextLeavesNothingOfTheLongerOne) {
  RequestLine line;
  for (std::string_view text : {"GET /a/rather/long/path HTTP/1.1", "12345678", "1234567", "", "GET / HTTP/1.1"}) {
    line.set(text);
    EXPECT_EQ(line.get(), text);
  }
}

}  // namespace
}  // namespace metrics
