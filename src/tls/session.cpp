#include "tls/session.h"

#include <mbedtls/error.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <format>

#include "tls/ciphers.h"
#include "tls/client_certificate.h"
#include "tls/context_state.h"
#include "tls/library.h"

namespace tls {
namespace {

using base::sys::Transfer;
using Kind = Transfer::Kind;

constexpr std::size_t kRecord = MBEDTLS_SSL_OUT_CONTENT_LEN;
constexpr std::size_t kReceive = kRecord + 512;  // a full record with what goes round it
constexpr std::size_t kKeptAhead = 2048;         // room that a quiet connection may hold
constexpr int kEmptyRecords = 32;                // in a row: a client that sends more of them means no good

// Bytes that a call takes, but for those of its last receive: mbedTLS asks for more by itself where a record is not for
// us, and others wait.
constexpr std::size_t kPerCall = 64 * 1024;
constexpr std::size_t kPerFlight = 256 * 1024;  // of a handshake

// RFC 8446 section 6.
std::string_view alert_name(int number) {
  switch (number) {
    case 0:
      return "close notify";
    case 10:
      return "unexpected message";
    case 20:
      return "bad record MAC";
    case 40:
      return "handshake failure";
    case 42:
      return "bad certificate";
    case 43:
      return "unsupported certificate";
    case 44:
      return "certificate revoked";
    case 45:
      return "certificate expired";
    case 46:
      return "certificate unknown";
    case 47:
      return "illegal parameter";
    case 48:
      return "unknown CA";
    case 49:
      return "access denied";
    case 50:
      return "decode error";
    case 51:
      return "decrypt error";
    case 70:
      return "protocol version";
    case 71:
      return "insufficient security";
    case 80:
      return "internal error";
    case 90:
      return "user cancelled";
    case 112:
      return "unrecognized name";
    case 116:
      return "certificate required";
    case 120:
      return "no application protocol";
    default:
      return "unknown alert";
  }
}

// The number of an alert that is a message of its own, not encrypted: so a client of TLS 1.3 may refuse a certificate
// when it has no key yet, and mbedTLS cannot decrypt what is not encrypted.
std::optional<int> plain_alert(std::string_view bytes) {
  constexpr std::string_view alert("\x15\x03", 2), length("\x00\x02", 2);
  bool const is_one = bytes.size() == 7 && bytes.starts_with(alert) && bytes.substr(3, 2) == length;
  return is_one ? std::optional<int>(static_cast<unsigned char>(bytes.back())) : std::nullopt;
}

// Up to one record of the pieces, in one place.
std::span<char const> gather(std::span<iovec const> pieces, std::span<char> room) {
  while (!pieces.empty() && pieces.front().iov_len == 0) pieces = pieces.subspan(1);
  if (pieces.empty()) return {};
  auto const& first = pieces.front();
  if (pieces.size() == 1 || first.iov_len >= room.size())
    return {static_cast<char const*>(first.iov_base), std::min(first.iov_len, room.size())};
  std::size_t size = 0;
  for (auto const& piece : pieces) {
    auto const count = std::min(piece.iov_len, room.size() - size);
    std::memcpy(room.data() + size, piece.iov_base, count);
    size += count;
  }
  return room.first(size);
}

}  // namespace

struct Session::State {
  Object<mbedtls_ssl_context, mbedtls_ssl_init, mbedtls_ssl_free> ssl;
};

Session::Session(std::shared_ptr<Context const> context, int socket)
    : context_(std::move(context)), socket_(socket), state_(std::make_unique<State>()) {}

Session::~Session() = default;

base::Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<Context const> context, int socket) {
  std::unique_ptr<Session> session(new Session(std::move(context), socket));
  auto* const ssl = session->state_->ssl.get();
  if (int const error = mbedtls_ssl_setup(ssl, session->context_->state().configuration.get()); error != 0)
    return base::failure("TLS: " + text_of(error));
  mbedtls_ssl_set_bio(ssl, session.get(), on_send, on_receive, nullptr);
  return session;
}

// The messages of a handshake go out together: in fewer packets, and a client that refuses the first of them does not
// end the connection in the middle of the rest, before its alert was read.
int Session::on_send(void* self, unsigned char const* bytes, std::size_t size) {
  auto& session = *static_cast<Session*>(self);
  if (!session.is_connected_) {
    session.flight_.append(reinterpret_cast<char const*>(bytes), size);
    return static_cast<int>(size);
  }
  iovec const piece{const_cast<unsigned char*>(bytes), size};
  auto const sent = base::sys::send(session.socket_, {&piece, 1});
  if (sent.kind == Kind::again) return MBEDTLS_ERR_SSL_WANT_WRITE;
  return sent.kind == Kind::done ? static_cast<int>(sent.bytes) : MBEDTLS_ERR_SSL_CONN_EOF;
}

int Session::on_receive(void* self, unsigned char* into, std::size_t size) {
  return static_cast<Session*>(self)->receive_raw(into, size);
}

// mbedTLS asks for the head of a record and then for the rest: one system call fetches both, and what follows.
int Session::receive_raw(unsigned char* into, std::size_t size) {
  if (ahead_begin_ == ahead_.size()) {
    was_cut_short_ = patience_ == 0;
    if (was_cut_short_) return MBEDTLS_ERR_SSL_WANT_READ;
    std::array<char, kReceive> room;
    auto const received = base::sys::receive(socket_, room);
    socket_may_have_more_ = received.kind == Kind::done && received.bytes == room.size();
    if (received.kind == Kind::again) return MBEDTLS_ERR_SSL_WANT_READ;
    if (received.kind == Kind::closed) return 0;
    ahead_.assign(room.data(), received.bytes);
    patience_ -= std::min(patience_, received.bytes);
    plain_alert_ = plain_alert(ahead_);
    ahead_begin_ = 0;
    if (!std::exchange(has_heard_, true) && begins_plain()) return MBEDTLS_ERR_SSL_INVALID_RECORD;
  }
  auto const count = std::min(size, ahead_.size() - ahead_begin_);
  std::memcpy(into, ahead_.data() + ahead_begin_, count);
  ahead_begin_ += count;
  if (ahead_begin_ == ahead_.size()) {
    ahead_.clear();
    ahead_begin_ = 0;
    if (ahead_.capacity() > kKeptAhead) std::string().swap(ahead_);
  }
  return static_cast<int>(count);
}

// A TLS record of a handshake begins with 22, a method of HTTP with a letter.
bool Session::begins_plain() const {
  return !ahead_.empty() &&
         ((ahead_.front() >= 'A' && ahead_.front() <= 'Z') || (ahead_.front() >= 'a' && ahead_.front() <= 'z'));
}

Session::Handshake Session::handshake() {
  for (;;) {
    auto const outcome = advance();
    auto const sent = send_flight();
    // A client that takes no more may have said why.
    if (outcome == Handshake::pending && sent == Kind::closed) continue;
    if (outcome != Handshake::done) return outcome;
    if (sent == Kind::again) return Handshake::pending;
    is_connected_ = true;
    return outcome;
  }
}

Session::Handshake Session::advance() {
  patience_ = kPerFlight;
  int const error = mbedtls_ssl_handshake(state_->ssl.get());
  if (error == 0) return check_client();
  return error == MBEDTLS_ERR_SSL_WANT_READ && !was_cut_short_ ? Handshake::pending : fail(error);
}

Kind Session::send_flight() {
  if (flight_.empty()) return Kind::done;
  iovec const piece{flight_.data(), flight_.size()};
  auto const sent = base::sys::send(socket_, {&piece, 1});
  if (sent.kind == Kind::done) flight_.erase(0, sent.bytes);
  if (sent.kind == Kind::again || (sent.kind == Kind::done && !flight_.empty())) return Kind::again;
  std::string().swap(flight_);
  return sent.kind;
}

Session::Handshake Session::fail(int error) {
  ended_ = true;
  if (begins_plain() && ahead_begin_ == 0) return Handshake::not_tls;
  bool const is_gone = error == MBEDTLS_ERR_SSL_CONN_EOF;
  if (is_gone && !has_heard_) return Handshake::gone;
  auto* const ssl = state_->ssl.get();
  if (is_gone) {
    failure_ = "the client left before the handshake was done";
  } else if (was_cut_short_) {
    failure_ = "the client sends much that is no handshake";
  } else if (error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE || plain_alert_) {
    int const number = plain_alert_.value_or(ssl->MBEDTLS_PRIVATE(in_msg)[1]);
    failure_ = std::format("the client refused: {} (alert {})", alert_name(number), number);
  } else if (error == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
    failure_ = "the client's certificate: " + text_of_verification(mbedtls_ssl_get_verify_result(ssl));
  } else if (error == MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE) {
    failure_ = "the client sent no certificate, and cert_reqs asks for one";
  } else {
    failure_ = text_of(error);
  }
  return Handshake::failed;
}

// Where a certificate may be missing mbedTLS lets a bad one pass, too, and tells afterwards.
Session::Handshake Session::check_client() {
  auto* const ssl = state_->ssl.get();
  if (!mbedtls_ssl_get_peer_cert(ssl) || mbedtls_ssl_get_verify_result(ssl) == 0) return Handshake::done;
  (void)mbedtls_ssl_send_alert_message(ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, MBEDTLS_SSL_ALERT_MSG_BAD_CERT);
  return fail(MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
}

Transfer Session::receive(std::span<char> into) {
  if (ended_) return {Kind::closed};
  patience_ = kPerCall;
  was_cut_short_ = false;
  for (int turn = 0; turn < kEmptyRecords; ++turn) {
    int const count = mbedtls_ssl_read(state_->ssl.get(), reinterpret_cast<unsigned char*>(into.data()), into.size());
    if (count > 0) return {Kind::done, static_cast<std::size_t>(count)};
    // mbedTLS also asks to be called again where it has dealt with a record that is not for us.
    if (count == MBEDTLS_ERR_SSL_WANT_READ && ahead_begin_ < ahead_.size()) continue;
    if (count == MBEDTLS_ERR_SSL_WANT_READ || count == MBEDTLS_ERR_SSL_WANT_WRITE) return {Kind::again};
    if (count == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) close_notify();
    break;
  }
  ended_ = true;
  return {Kind::closed};
}

bool Session::has_more() const {
  return socket_may_have_more_ || ahead_begin_ < ahead_.size() || mbedtls_ssl_check_pending(state_->ssl.get()) != 0;
}

// Of a record, or of an alert by which mbedTLS has answered something that came. It may send the rest when it receives,
// too.
bool Session::has_unsent() const {
  return state_->ssl.get()->MBEDTLS_PRIVATE(out_left) > 0;
}

Kind Session::flush() {
  if (!has_unsent()) return Kind::done;
  // With something on its way mbedTLS only sends that, and takes nothing of what it is given.
  unsigned char const ignored = 0;
  int const sent = mbedtls_ssl_write(state_->ssl.get(), &ignored, sizeof ignored);
  if (sent == MBEDTLS_ERR_SSL_WANT_WRITE || sent == MBEDTLS_ERR_SSL_WANT_READ) return Kind::again;
  if (sent < 0) return ended_ = true, Kind::closed;
  return Kind::done;
}

Transfer Session::send(std::span<iovec const> pieces) {
  if (ended_) return {Kind::closed};
  if (auto const flushed = flush(); flushed != Kind::done) return {flushed};
  // What one record takes is not the same in all versions; mbedTLS would leave the rest out.
  int const most = mbedtls_ssl_get_max_out_record_payload(state_->ssl.get());
  if (most <= 0) return ended_ = true, Transfer{Kind::closed};
  std::array<char, kRecord> room;
  auto const record = gather(pieces, std::span(room).first(std::min(room.size(), static_cast<std::size_t>(most))));
  if (record.empty()) return {Kind::done};
  int const sent =
      mbedtls_ssl_write(state_->ssl.get(), reinterpret_cast<unsigned char const*>(record.data()), record.size());
  if (sent == MBEDTLS_ERR_SSL_WANT_WRITE) return {Kind::done, record.size()};
  if (sent == MBEDTLS_ERR_SSL_WANT_READ) return {Kind::again};
  if (sent < 0) return ended_ = true, Transfer{Kind::closed};
  return {Kind::done, static_cast<std::size_t>(sent)};
}

void Session::close_notify() {
  if (std::exchange(ended_, true) || has_unsent()) return;
  (void)mbedtls_ssl_close_notify(state_->ssl.get());
}

std::string_view Session::protocol() const {
  return mbedtls_ssl_get_version(state_->ssl.get());
}

std::string_view Session::cipher() const {
  return openssl_name(mbedtls_ssl_get_ciphersuite_id_from_ssl(state_->ssl.get()));
}

ClientCertificate const* Session::client_certificate() {
  auto const* const certificate = mbedtls_ssl_get_peer_cert(state_->ssl.get());
  if (!certificate) return nullptr;
  if (!client_certificate_) client_certificate_ = describe(*certificate);
  return &*client_certificate_;
}

}  // namespace tls
