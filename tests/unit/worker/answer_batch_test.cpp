#include "worker/answer_batch.h"

#include <gtest/gtest.h>

namespace worker {
namespace {

using namespace std::chrono_literals;

struct AnswerBatchTest : testing::Test {
  bool add(base::Duration after) { return batch.add({nullptr, true}, begin + after); }

  AnswerBatch batch{{.shortest = 20us, .patience = 200us}};
  base::Instant begin = base::now();
};

TEST_F(AnswerBatchTest, IsForRequestsThatAreNeitherTooShortNorTooLong) {
  EXPECT_FALSE(batch.is_worthwhile());
  for (auto const [took, is_worthwhile] :
       {std::pair(19us, false), std::pair(20us, true), std::pair(199us, true), std::pair(200us, false)}) {
    batch.learn(took);
    EXPECT_EQ(batch.is_worthwhile(), is_worthwhile) << took.count();
  }
}

TEST_F(AnswerBatchTest, ExpectsTheLongestOfLate) {
  batch.learn(50us);
  batch.learn(20ms);
  int count = 0;
  for (; !batch.is_worthwhile() && count < 100; ++count) batch.learn(50us);
  EXPECT_GT(count, 30);
  EXPECT_LT(count, 40);
}

TEST_F(AnswerBatchTest, TakesNoneThatWouldLetTheFirstWaitForTooLong) {
  batch.learn(50us);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(add(i * 50us)) << i;
  EXPECT_FALSE(add(150us));
  EXPECT_EQ(batch.answers().size(), 3u);
  batch.clear();
  EXPECT_TRUE(add(200us));
}

}  // namespace
}  // namespace worker
