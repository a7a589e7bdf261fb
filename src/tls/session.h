// TLS over one accepted connection: a socket that does not block, borrowed. One thread at a time.
//
// Bytes given to send() are taken for good: what the socket does not accept stays here, encrypted, until flush(). Bytes
// that have come may be here although the socket is not readable any more: has_more() says so.
#pragma once

#include <sys/uio.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sys.h"
#include "tls/context.h"

namespace tls {

// What a client proved itself with. Names as RFC 2253 writes them, times as "Nov 21 10:44:30 2026 GMT".
struct ClientCertificate {
  std::string subject, issuer;
  std::string common_name;  // the subject's
  std::string serial;       // hexadecimal
  std::string not_before, not_after;
  std::string pem;
};

class Session {
 public:
  static base::Result<std::unique_ptr<Session>> create(std::shared_ptr<Context const> context, int socket);
  ~Session();

  // pending: goes on when the socket becomes readable or writable. not_tls: the client speaks something else, in plain
  // text. gone: the client has left without a word. failed: see failure(); the client was told by an alert.
  enum class Handshake { done, pending, not_tls, gone, failed };
  Handshake handshake();
  std::string const& failure() const { return failure_; }

  base::sys::Transfer receive(std::span<char> into);
  bool has_more() const;
  // The last receive() has dealt with much that was not for us, and is to be called again although it had nothing.
  bool was_cut_short() const { return was_cut_short_; }

  // Takes one record of it, of 16 KiB at most.
  base::sys::Transfer send(std::span<iovec const> pieces);
  // done: nothing is left.
  base::sys::Transfer::Kind flush();
  bool has_unsent() const;

  // Tells the client that nothing more comes (RFC 8446 section 6.1), as far as the socket takes it now.
  void close_notify();

  // Once the handshake is done.
  std::string_view protocol() const;  // "TLSv1.3"
  std::string_view cipher() const;    // OpenSSL's name
  bool asks_for_client_certificate() const { return context_->asks_for_client_certificate(); }
  // Null where the client has none. Made when first asked for.
  ClientCertificate const* client_certificate();

 private:
  struct State;

  Session(std::shared_ptr<Context const> context, int socket);
  static int on_send(void* self, unsigned char const* bytes, std::size_t size);
  static int on_receive(void* self, unsigned char* into, std::size_t size);
  int receive_raw(unsigned char* into, std::size_t size);
  bool begins_plain() const;
  Handshake advance();
  base::sys::Transfer::Kind send_flight();
  Handshake fail(int error);
  Handshake check_client();

  std::shared_ptr<Context const> context_;
  int socket_;
  std::unique_ptr<State> state_;
  std::string ahead_;  // received, not yet asked for by mbedTLS
  std::size_t ahead_begin_ = 0;
  bool socket_may_have_more_ = false;
  std::optional<int> plain_alert_;  // that was received last
  std::string flight_;              // of the handshake: what we have to say before the client's turn
  bool is_connected_ = false;       // the handshake is done
  bool has_heard_ = false;
  std::size_t patience_ = 0;  // how much this call still takes
  bool was_cut_short_ = false;
  bool ended_ = false;  // either side has said its last
  std::string failure_;
  std::optional<ClientCertificate> client_certificate_;
};

}  // namespace tls
