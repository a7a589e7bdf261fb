#include "net/address.h"

#include <gtest/gtest.h>

namespace net {
namespace {

std::string parsed(std::string_view bind) {
  auto const address = Address::parse(bind);
  return address ? address->to_string() : address.error().message();
}

TEST(Address, TakesGunicornsForms) {
  EXPECT_EQ(parsed("127.0.0.1:9000"), "127.0.0.1:9000");
  EXPECT_EQ(parsed("127.0.0.1"), "127.0.0.1:8000");
  EXPECT_EQ(parsed("LocalHost:80"), "localhost:80");
  EXPECT_EQ(parsed(":5000"), "0.0.0.0:5000");
  EXPECT_EQ(parsed(""), "0.0.0.0:8000");
  EXPECT_EQ(parsed("tcp://127.0.0.1:1"), "127.0.0.1:1");
  EXPECT_EQ(parsed("[::1]:8080"), "[::1]:8080");
  EXPECT_EQ(parsed("[::]"), "[::]:8000");
  EXPECT_EQ(parsed("unix:/run/App.sock"), "unix:/run/App.sock");
  EXPECT_EQ(parsed("unix:///run/app.sock"), "unix:/run/app.sock");
  EXPECT_EQ(parsed("unix:app.sock"), "unix:app.sock");
  EXPECT_EQ(parsed("fd://3"), "fd://3");
}

TEST(Address, RefusesTheRestInOneSentence) {
  EXPECT_EQ(parsed("localhost:http"), "bind: 'http' is not a valid port number in 'localhost:http' (0 to 65535)");
  EXPECT_EQ(parsed("localhost:65536"), "bind: '65536' is not a valid port number in 'localhost:65536' (0 to 65535)");
  EXPECT_EQ(parsed("localhost:"), "bind: 'localhost:' lacks the port after ':'");
  EXPECT_EQ(parsed("8000"), "bind: '8000' lacks the colon of a port, as in ':8000'");
  EXPECT_EQ(parsed("::1"), "bind: '::1': write an IPv6 address in brackets, as [::1]:8000");
  EXPECT_EQ(parsed("[::1"), "bind: '[::1' lacks the closing ']'");
  EXPECT_EQ(parsed("[::1]8000"), "bind: '[::1]8000' should be [ADDRESS]:PORT");
  EXPECT_EQ(parsed("unix:"), "bind: 'unix:' lacks the path of the socket");
  EXPECT_EQ(parsed("fd://x"), "bind: 'x' is not a valid file descriptor");
}

}  // namespace
}  // namespace net
