#include "config/environment.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(EnvironmentSource, BindsEveryAddressToPort) {
  auto const layer = read_environment({{"PORT", "8080"}});
  ASSERT_TRUE(layer);
  EXPECT_EQ(*layer, (Layer{{"bind", RawList{"0.0.0.0:8080"}, {Source::environment, "PORT"}}}));
}

TEST(EnvironmentSource, TakesWorkersAndTrustedProxies) {
  auto const layer = read_environment({{"WEB_CONCURRENCY", "auto"}, {"FORWARDED_ALLOW_IPS", ""}, {"WORKERS", "9"}});
  ASSERT_TRUE(layer);
  EXPECT_EQ(layer->size(), 2u);
  EXPECT_EQ(find_entry(*layer, "workers")->value, RawValue("auto"));
  EXPECT_EQ(find_entry(*layer, "forwarded_allow_ips")->value, RawValue(""));
}

TEST(EnvironmentSource, TakesSendfileByGunicornsWordsForYes) {
  for (auto const* yes : {"y", "1", "Yes", "TRUE"}) {
    EXPECT_EQ(read_environment({{"SENDFILE", yes}})->front().value, RawValue(true)) << yes;
  }
  EXPECT_EQ(read_environment({{"SENDFILE", "on"}})->front().value, RawValue(false));
}

TEST(EnvironmentSource, PassesOverEmptyVariables) {
  EXPECT_EQ(*read_environment({{"PORT", ""}, {"WEB_CONCURRENCY", ""}}), Layer{});
}

TEST(EnvironmentSource, RefusesAPortThatIsNone) {
  for (auto const* port : {"http", "65536", "-1", "80 "}) {
    auto const layer = read_environment({{"PORT", port}});
    ASSERT_FALSE(layer) << port;
    EXPECT_EQ(layer.error().message(), "\nError: '" + std::string(port) + "' is not a valid port number.\n" +
                                           "$PORT: it takes a whole number up to 65535");
  }
}

}  // namespace
}  // namespace config
