// A socket that tells one peer things and never waits for it: what the kernel does not take at once is lost, and the
// caller is told. It connects by itself, again after the peer went away and came back, and at most once a second while
// nobody is there.
//
// Any thread may send. After fork the child may go on with it: datagrams share the socket, and a stream, whose pieces
// must not mix, is connected anew.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"

namespace base {

struct Peer {
  sockaddr_storage address{};
  socklen_t size = 0;
  std::vector<int> types;  // SOCK_DGRAM, SOCK_STREAM: the ways to connect, tried in this order
  std::string name = {};   // for messages

  bool is_path() const { return address.ss_family == AF_UNIX; }
};

class RemoteSocket {
 public:
  explicit RemoteSocket(Peer peer) : peer_(std::move(peer)) {}

  Peer const& peer() const { return peer_; }

  // Connects now, to tell an operator whether anybody is there; send() does it by itself.
  Result<void> connect();

  // One datagram, or the next piece of the stream. False when it is lost.
  bool send(std::span<iovec const> message);

 private:
  // Of a stream: what is kept when the peer reads slowly.
  static constexpr std::size_t kMostPending = 64 * 1024;

  Result<void> open();
  bool is_open();
  void lose();
  void close();
  bool send_open(std::span<iovec const> message);
  bool send_datagram(std::span<iovec const> message);
  bool send_piece(std::span<iovec const> message);
  bool flush();
  bool keep(std::span<iovec const> message, std::size_t from);

  Peer peer_;
  std::mutex mutex_;
  Fd socket_;
  bool is_stream_ = false;
  bool delivered_ = false;  // the stream has taken something
  pid_t owner_ = 0;         // of a stream
  std::string pending_;
  Instant not_before_{};  // the next attempt to connect
};

}  // namespace base
