#include "base/remote_socket.h"

#include <errno.h>

#include <algorithm>
#include <array>

#include "base/sys.h"

namespace base {
namespace {

using Kind = sys::Transfer::Kind;

constexpr Duration kPauseAfterFailure = std::chrono::seconds(1);

// The peer of a stream closes without our writes failing at once: what is written in between would be lost unseen.
bool has_ended(int socket) {
  std::array<char, 256> ignored;
  for (;;) {
    auto const received = sys::receive(socket, ignored);
    if (received.kind != Kind::done) return received.kind == Kind::closed;
  }
}

}  // namespace

Result<void> RemoteSocket::connect() {
  std::lock_guard const lock(mutex_);
  return open();
}

bool RemoteSocket::send(std::span<iovec const> message) {
  std::lock_guard const lock(mutex_);
  if (!is_open()) {
    if (now() < not_before_ || !open()) return false;
  }
  if (send_open(message)) return true;
  // Only a peer that is gone closes the socket; it may be back already.
  return !socket_ && now() >= not_before_ && open() && send_open(message);
}

Result<void> RemoteSocket::open() {
  close();
  auto failure = Error("no way to connect", 0);
  for (int const type : peer_.types) {
    auto socket = TRY(sys::socket(peer_.address.ss_family, type | SOCK_NONBLOCK));
    auto const connected = sys::connect(socket, reinterpret_cast<sockaddr const*>(&peer_.address), peer_.size);
    if (connected) {
      socket_ = std::move(socket);
      is_stream_ = type == SOCK_STREAM;
      owner_ = sys::own_pid();
      return {};
    }
    failure = connected.error();
    if (failure.code() != EPROTOTYPE) break;
  }
  not_before_ = now() + kPauseAfterFailure;
  return std::unexpected(std::move(failure));
}

bool RemoteSocket::is_open() {
  if (!socket_) return false;
  if (!is_stream_) return true;
  if (owner_ != sys::own_pid()) {
    close();
  } else if (has_ended(socket_.get())) {
    lose();
  }
  return static_cast<bool>(socket_);
}

// The peer is gone, or was never there: then there is no hurry to try again.
void RemoteSocket::lose() {
  if (is_stream_ && !delivered_) not_before_ = now() + kPauseAfterFailure;
  close();
}

void RemoteSocket::close() {
  socket_.reset();
  pending_.clear();
  delivered_ = false;
}

bool RemoteSocket::send_open(std::span<iovec const> message) {
  return is_stream_ ? send_piece(message) : send_datagram(message);
}

bool RemoteSocket::send_datagram(std::span<iovec const> message) {
  auto sent = sys::send_now(socket_.get(), message);
  // Over UDP this is the answer to the datagram before, if it is one at all.
  if (sent.kind == Kind::closed && !peer_.is_path()) sent = sys::send_now(socket_.get(), message);
  if (sent.kind == Kind::closed && peer_.is_path()) lose();
  return sent.kind == Kind::done;
}

bool RemoteSocket::send_piece(std::span<iovec const> message) {
  if (!flush()) return socket_ && keep(message, 0);
  auto const sent = sys::send_now(socket_.get(), message);
  if (sent.kind == Kind::closed) return lose(), false;
  delivered_ |= sent.kind == Kind::done;
  return sent.bytes == sys::size_of(message) || keep(message, sent.bytes);
}

// True when nothing is left from before.
bool RemoteSocket::flush() {
  if (pending_.empty()) return true;
  iovec const rest{pending_.data(), pending_.size()};
  auto const sent = sys::send_now(socket_.get(), {&rest, 1});
  if (sent.kind == Kind::closed) lose();
  if (sent.kind == Kind::done) pending_.erase(0, sent.bytes);
  return sent.kind == Kind::done && pending_.empty();
}

// What is begun has to be ended, or the next message would continue it.
bool RemoteSocket::keep(std::span<iovec const> message, std::size_t from) {
  if (from == 0 && pending_.size() + sys::size_of(message) > kMostPending) return false;
  for (auto const& piece : message) {
    auto const skipped = std::min(from, piece.iov_len);
    from -= skipped;
    pending_.append(static_cast<char const*>(piece.iov_base) + skipped, piece.iov_len - skipped);
  }
  return true;
}

}  // namespace base
