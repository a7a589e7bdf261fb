#include "http/proxy_protocol.h"

#include <gtest/gtest.h>

namespace http {
namespace {

using namespace std::string_literals;
using Kind = ProxyHeader::Kind;

std::string const kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
std::string const kRest = "GET / HTTP/1.1\r\n";

std::string binary(std::string const& command_and_family, std::string const& rest) {
  return kSignature + command_and_family + static_cast<char>(rest.size() >> 8) + static_cast<char>(rest.size() & 255) +
         rest;
}

std::string const kTcp4 = binary("\x21\x11"s, "\xc0\x00\x02\x01\x7f\x00\x00\x01\x30\x39\x01\xbb"s);

// Every way to cut it must give the same; before its end it is incomplete.
ProxyHeader read(std::string const& header, ProxyProtocol expected = ProxyProtocol::auto_detect) {
  auto const whole = read_proxy_header(header + kRest, expected);
  for (std::size_t size = 0; whole.kind == Kind::present && size < whole.size; ++size)
    EXPECT_EQ(read_proxy_header(header.substr(0, size), expected).kind, Kind::incomplete) << size;
  return whole;
}

std::string render(ProxyHeader const& header) {
  if (header.kind != Kind::present) return header.kind == Kind::invalid ? "invalid" : "absent or incomplete";
  if (!header.announcement) return "nobody";
  auto const& a = *header.announcement;
  return a.protocol + " " + a.client_address + " " + a.client_port + " " + a.proxy_address + " " + a.proxy_port;
}

TEST(ProxyProtocol, ReadsALine) {
  std::string const line = "PROXY TCP4 192.0.2.1 127.0.0.1 12345 443\r\n";
  EXPECT_EQ(render(read(line)), "TCP4 192.0.2.1 12345 127.0.0.1 443");
  EXPECT_EQ(read(line).size, line.size());
  EXPECT_EQ(render(read("PROXY TCP6 2001:DB8::1 ::1 1 65535\r\n")), "TCP6 2001:db8::1 1 ::1 65535");
}

TEST(ProxyProtocol, ReadsALineOfWhoDoesNotKnow) {
  EXPECT_EQ(render(read("PROXY UNKNOWN\r\n")), "nobody");
  EXPECT_EQ(render(read("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n")), "nobody");
}

TEST(ProxyProtocol, RefusesEveryOtherLine) {
  for (auto const* line : {"PROXY \r\n",
                           "PROXY TCP4\r\n",
                           "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n",
                           "PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n",
                           "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
                           "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n",
                           "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                           "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n",
                           "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n",
                           "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n",
                           "PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n",
                           "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n",
                           "PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n",
                           "PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n",
                           "PROXY TCP4 ::1 ::1 1 2\r\n",
                           "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
                           "PROXY TCP6 ::1%lo ::1 1 2\r\n",
                           "PROXY TCP4 localhost 1.2.3.4 1 2\r\n",
                           "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n\r\n",
                           "PROXY TCP4 1.2.3.4\r1.2.3.4 1 2\r\n",
                           "PROXY / HTTP/1.1\r\nHost: a\r\n"})
    EXPECT_EQ(read_proxy_header(line, ProxyProtocol::auto_detect).kind, Kind::invalid) << line;
}

TEST(ProxyProtocol, KnowsTheLongestLine) {
  auto const padded = [](std::size_t size) { return "PROXY UNKNOWN " + std::string(size - 16, 'x') + "\r\n"; };
  EXPECT_EQ(read(padded(107)).kind, Kind::present);
  EXPECT_EQ(read(padded(108)).kind, Kind::invalid);
  EXPECT_EQ(read_proxy_header("PROXY " + std::string(100, 'x'), ProxyProtocol::v1).kind, Kind::incomplete);
  EXPECT_EQ(read_proxy_header("PROXY " + std::string(101, 'x'), ProxyProtocol::v1).kind, Kind::invalid);
}

TEST(ProxyProtocol, ReadsTheBinaryForm) {
  EXPECT_EQ(render(read(kTcp4)), "TCP4 192.0.2.1 12345 127.0.0.1 443");
  EXPECT_EQ(read(kTcp4).size, 28u);
  auto const ipv6 =
      "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01"s + std::string(15, '\0') + "\x01\x30\x39\x01\xbb"s;
  EXPECT_EQ(render(read(binary("\x21\x21"s, ipv6))), "TCP6 2001:db8::1 12345 ::1 443");
  EXPECT_EQ(render(read(binary("\x21\x12"s, kTcp4.substr(16)))), "UDP4 192.0.2.1 12345 127.0.0.1 443");
  EXPECT_EQ(render(read(binary("\x21\x31"s, std::string(216, 'p')))), "UNIX    ");
}

TEST(ProxyProtocol, ReadsAMappedAddressAsWhatItIs) {
  auto const mapped = std::string(10, '\0') + "\xff\xff\xc0\x00\x02\x01"s;
  EXPECT_EQ(render(read(binary("\x21\x21"s, mapped + mapped + "\0\1\0\2"s))), "TCP6 192.0.2.1 1 192.0.2.1 2");
}

TEST(ProxyProtocol, ReadsTheBinaryFormOfWhoSpeaksForHimself) {
  EXPECT_EQ(render(read(binary("\x20\x00"s, ""))), "nobody");
  EXPECT_EQ(render(read(binary("\x20\x11"s, kTcp4.substr(16)))), "nobody");
  EXPECT_EQ(render(read(binary("\x20\x00"s, "whatever it is"))), "nobody");
  EXPECT_EQ(render(read(binary("\x21\x00"s, ""))), "nobody");
  EXPECT_EQ(render(read(binary("\x21\x10"s, kTcp4.substr(16)))), "nobody");
}

TEST(ProxyProtocol, SkipsExtensions) {
  auto const with = [](std::string const& extensions) { return binary("\x21\x11"s, kTcp4.substr(16) + extensions); };
  EXPECT_EQ(render(read(with("\x04\0\x02xx\x05\0\0"s))), "TCP4 192.0.2.1 12345 127.0.0.1 443");
  for (auto const& cut : {"\x04"s, "\x04\0"s, "\x04\0\x03xx"s, "\x04\xff\xffxx"s})
    EXPECT_EQ(read(with(cut)).kind, Kind::invalid);
}

TEST(ProxyProtocol, RefusesEveryOtherBinaryForm) {
  EXPECT_EQ(read(binary("\x11\x11"s, kTcp4.substr(16))).kind, Kind::invalid) << "version";
  EXPECT_EQ(read(binary("\x22\x11"s, kTcp4.substr(16))).kind, Kind::invalid) << "command";
  EXPECT_EQ(read(binary("\x21\x41"s, kTcp4.substr(16))).kind, Kind::invalid) << "family";
  EXPECT_EQ(read(binary("\x21\x13"s, kTcp4.substr(16))).kind, Kind::invalid) << "protocol";
  EXPECT_EQ(read(binary("\x21\x11"s, kTcp4.substr(16, 11))).kind, Kind::invalid) << "short";
  EXPECT_EQ(read(binary("\x21\x21"s, kTcp4.substr(16))).kind, Kind::invalid) << "short for its family";
  EXPECT_EQ(read_proxy_header(kSignature + "\x21\x11\xff\xff"s, ProxyProtocol::v2).kind, Kind::invalid) << "large";
}

TEST(ProxyProtocol, LeavesWhatIsNoHeaderAlone) {
  for (auto const* text : {"GET / HTTP/1.1\r\n", "POST /", "PROXYX", "\r\nGET", "\r\n\r\nGET", "\x16\x03\x01"})
    EXPECT_EQ(read_proxy_header(text, ProxyProtocol::auto_detect).kind, Kind::absent) << text;
  for (auto const* text : {"", "P", "PROXY", "\r\n", "\r\n\r\n"})
    EXPECT_EQ(read_proxy_header(text, ProxyProtocol::auto_detect).kind, Kind::incomplete) << text;
}

TEST(ProxyProtocol, LooksOnlyForTheVersionItIsTold) {
  EXPECT_EQ(read_proxy_header("PROXY UNKNOWN\r\n", ProxyProtocol::v2).kind, Kind::absent);
  EXPECT_EQ(read_proxy_header(kTcp4, ProxyProtocol::v1).kind, Kind::absent);
  EXPECT_EQ(read_proxy_header("\r\n", ProxyProtocol::v1).kind, Kind::absent);
  EXPECT_EQ(read_proxy_header(kTcp4, ProxyProtocol::off).kind, Kind::absent);
}

}  // namespace
}  // namespace http
