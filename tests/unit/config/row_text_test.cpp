#include "config/row_text.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(RowText, SaysWhatASettingTakes) {
  EXPECT_EQ(expectation(find_row("header_map")->field), "one of drop, refuse, dangerous");
  EXPECT_EQ(expectation(find_row("timeout")->field), "a whole number of seconds, 0 or more");
}

TEST(RowText, SaysTheDefault) {
  EXPECT_EQ(default_of(*find_row("timeout")), "30");
  EXPECT_EQ(default_of(*find_row("reload")), "false");
  EXPECT_EQ(default_of(*find_row("bind")), "127.0.0.1:8000, or 0.0.0.0:$PORT");
  EXPECT_EQ(default_of(*find_row("proxy_allow_ips")), "127.0.0.1,::1");
  EXPECT_EQ(default_of(*find_row("control_socket_mode")), "0600");
  EXPECT_EQ(default_of(*find_row("pidfile")), "");
  EXPECT_EQ(default_of(*find_row("raw_env")), "");
  EXPECT_EQ(default_of(*find_row("logconfig_dict")), "");
  EXPECT_EQ(default_of(*find_row("post_fork")), "");
}

TEST(RowText, SummarisesInOneSentence) {
  EXPECT_EQ(summary(*find_row("max_requests")), "After how many requests a worker is replaced; 0 means never.");
  EXPECT_EQ(summary(*find_row("reload_engine")), find_row("reload_engine")->help);
}

}  // namespace
}  // namespace config
