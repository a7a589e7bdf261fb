#include "tls/session.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "tls/tls_pair.h"

namespace tls {
namespace {

using Kind = base::sys::Transfer::Kind;

struct SessionTest : testing::Test, TlsPair {
  base::sys::Transfer send(std::string text) {
    iovec const piece{text.data(), text.size()};
    return session->send({&piece, 1});
  }

  Kind receive() {
    std::array<char, 1000> room;
    return session->receive(room).kind;
  }

  // What mbedTLS answers with an alert (RFC 5746 section 4.2).
  void ask_for_renegotiation() {
    SSL_renegotiate(client);
    (void)SSL_do_handshake(client);
  }

  // Whatever the client has not read yet.
  void drain() {
    std::array<char, 65536> ignored;
    while (::read(client_end.get(), ignored.data(), ignored.size()) > 0) continue;
  }
};

TEST_F(SessionTest, RecordThatWentOutBeforeAnAlertIsNotSentAgain) {
  connect(TLS1_2_VERSION);
  while (!session->has_unsent()) ASSERT_EQ(send(std::string(16384, 'x')).kind, Kind::done);
  drain();
  ask_for_renegotiation();
  EXPECT_EQ(receive(), Kind::again);
  EXPECT_FALSE(session->has_unsent());
  EXPECT_EQ(session->flush(), Kind::done);
}

TEST_F(SessionTest, AlertThatFindsNoRoomTakesNobodysPlace) {
  connect(TLS1_2_VERSION);
  std::string const junk(4096, 'x');
  while (::write(server_end.get(), junk.data(), junk.size()) > 0) continue;
  ask_for_renegotiation();
  EXPECT_EQ(receive(), Kind::again);
  EXPECT_TRUE(session->has_unsent());
  EXPECT_EQ(send("an answer").kind, Kind::again);
  drain();
  EXPECT_EQ(send("an answer").kind, Kind::done);
  EXPECT_FALSE(session->has_unsent());
}

TEST_F(SessionTest, RecordsThatMeanNothingDoNotHoldItForLong) {
  connect(TLS1_3_VERSION);
  EXPECT_EQ(receive(), Kind::again);
  EXPECT_FALSE(session->was_cut_short());
  ::fcntl(client_end.get(), F_SETFL, 0);
  std::atomic<bool> is_over = false;
  std::thread speaker([&] {
    std::string flood;
    while (flood.size() < 1 << 18) flood += std::string("\x14\x03\x03\x00\x01\x01", 6);  // RFC 8446 section 5
    for (int count = 0; count < 200 && !is_over; ++count)
      if (::send(client_end.get(), flood.data(), flood.size(), MSG_NOSIGNAL) < 0) break;
    is_over = true;
  });
  while (!is_over && !session->was_cut_short()) EXPECT_EQ(receive(), Kind::again);
  EXPECT_TRUE(session->was_cut_short());
  is_over = true;
  ::shutdown(server_end.get(), SHUT_RDWR);
  speaker.join();
}

}  // namespace
}  // namespace tls
