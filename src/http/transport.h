// What carries a connection's bytes: a socket that does not block, bare or with TLS over it. A value that is moved with
// its connection. One thread at a time.
#pragma once

#include <sys/uio.h>

#include <memory>
#include <span>

#include "base/fd.h"
#include "base/sys.h"
#include "tls/session.h"

namespace http {

class Transport {
 public:
  using Kind = base::sys::Transfer::Kind;

  struct Received {
    Kind kind;
    std::size_t bytes = 0;
    bool is_last = false;  // nothing more is there until an event says so
  };

  Transport(base::Fd socket) : socket_(std::move(socket)) {}
  // `session` is over `socket`.
  Transport(base::Fd socket, std::unique_ptr<tls::Session> session)
      : socket_(std::move(socket)), session_(std::move(session)) {}

  int socket() const { return socket_.get(); }

  // Null where bytes go as they are.
  tls::Session* tls() const { return session_.get(); }
  // What the peer speaks is not TLS.
  void give_up_tls() { session_.reset(); }

  Received receive(std::span<char> into) {
    if (session_) [[unlikely]]
      return receive_decrypted(into);
    auto const received = base::sys::receive(socket(), into);
    return {received.kind, received.bytes, received.bytes < into.size()};
  }

  // What is taken is taken for good, although some of it may still be here: see flush().
  base::sys::Transfer send(std::span<iovec const> pieces) {
    if (session_) [[unlikely]]
      return session_->send(pieces);
    return base::sys::send(socket(), pieces);
  }

  // As sendfile(2): moves `offset` on.
  base::sys::Transfer send_file(int file, off_t* offset, std::size_t count) {
    if (session_) [[unlikely]]
      return send_file_encrypted(file, offset, count);
    return base::sys::send_file(socket(), file, offset, count);
  }

  // done: everything that was taken is with the kernel.
  Kind flush() { return session_ ? session_->flush() : Kind::done; }
  bool has_unsent() const { return session_ && session_->has_unsent(); }

  // Nothing more comes from us. The peer may still send.
  void shutdown_write();
  // The same, for a socket that is closed right afterwards.
  void say_goodbye() {
    if (session_) session_->close_notify();
  }

  // Takes what has come off the socket and forgets it, encrypted or not.
  base::sys::Transfer discard();

 private:
  Received receive_decrypted(std::span<char> into);
  base::sys::Transfer send_file_encrypted(int file, off_t* offset, std::size_t count);

  base::Fd socket_;
  std::unique_ptr<tls::Session> session_;
};

}  // namespace http
