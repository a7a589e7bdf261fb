#include "python/asgi/socket_exchange.h"

#include <array>

#include "python/api.h"
#include "python/asgi/events.h"
#include "python/convert.h"
#include "websocket/frames.h"

namespace python::asgi {
namespace {

using websocket::Kind;

// More messages than that, or bytes of them, wait with the client until the application has taken some.
constexpr std::size_t kMostMessages = 32;
constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::size_t kAtOnce = 64 * 1024;

constexpr std::uint16_t kNormalClosure = 1000, kLost = 1006, kInternalError = 1011, kServiceRestart = 1012;

}  // namespace

void SocketExchange::begin(http::Connection& connection, Ref channel, base::Instant now) {
  Exchange::begin(connection, std::move(channel), now);
  offer_ = websocket::read_offer(connection.request());
}

Ref SocketExchange::make_scope(Gil const& gil, ScopeBuilder& scopes) const {
  return scopes.build_socket(gil, *connection_, offer_->subprotocols);
}

Ref SocketExchange::next_event(Gil const& gil) {
  if (!std::exchange(is_introduced_, true)) return Ref::take(Py_BuildValue("{s:s}", "type", "websocket.connect"));
  if (messages_.empty()) {
    if (state_ != State::closed && !is_gone_ && !is_answered()) return {};
    return Ref::take(Py_BuildValue("{s:s, s:i, s:N}", "type", "websocket.disconnect", "code", static_cast<int>(code_),
                                   "reason", from_utf8(gil, reason_).release()));
  }
  bool const was_flooded = is_flooded();
  auto const message = std::move(messages_.front());
  messages_.pop_front();
  waiting_bytes_ -= message.payload.size();
  auto const size = static_cast<Py_ssize_t>(message.payload.size());
  Ref event =
      message.kind == Kind::text
          ? Ref::take(Py_BuildValue("{s:s, s:s#}", "type", "websocket.receive", "text", message.payload.data(), size))
          : Ref::take(Py_BuildValue("{s:s, s:y#}", "type", "websocket.receive", "bytes", message.payload.data(), size));
  if (was_flooded && !is_flooded() && state_ == State::open) on_input(gil);
  return event;
}

bool SocketExchange::perform(Gil const& gil, PyObject* event) {
  PyObject* const type = type_of(event);
  if (!type) return false;
  if (is(type, "websocket.send")) return send_message(gil, event);
  if (is(type, "websocket.accept")) return accept(gil, event);
  if (is(type, "websocket.close")) return close(gil, event);
  bool const is_start = is(type, "websocket.http.response.start");
  if (!is_start && !is(type, "websocket.http.response.body")) {
    PyErr_Format(PyExc_ValueError, "an event of type %R cannot be sent to a WebSocket", type);
    return false;
  }
  if (state_ != State::connecting && state_ != State::refusing)
    return refuse("the WebSocket was accepted: an answer of HTTP cannot follow");
  state_ = State::refusing;
  return is_start ? start(gil, event) : add_content(gil, event);
}

bool SocketExchange::accept(Gil const& gil, PyObject* event) {
  if (is_gone_) return false;
  if (state_ != State::connecting) return refuse("the WebSocket was accepted, refused or closed already");
  (void)connection_->claim_answer();
  response_.set_status(101, "101 Switching Protocols");
  response_.add_field("Upgrade", "websocket");
  response_.add_field("Sec-WebSocket-Accept", websocket::accept_key(offer_->key));
  PyObject* const protocol = value_of(event, "subprotocol");
  if (protocol && protocol != Py_None) {
    using Added = http::Response::Added;
    auto const text = PyUnicode_Check(protocol) ? to_utf8(gil, protocol) : std::string();
    if (text.empty() || response_.add_field("Sec-WebSocket-Protocol", text) != Added::yes)
      return PyErr_Format(PyExc_ValueError, "websocket.accept takes a str as its \"subprotocol\", not %R", protocol),
             false;
  }
  PyObject* const fields = value_of(event, "headers");
  if (fields && fields != Py_None && !add_fields(gil, fields)) return false;
  response_.finish(*connection_);
  state_ = State::open;
  on_input(gil);  // it may not have waited for us
  return !is_gone_;
}

// What is sent to a client that has closed, or left, is an error of nobody's.
bool SocketExchange::send_message(Gil const& gil, PyObject* event) {
  if (state_ == State::connecting || state_ == State::refusing)
    return refuse("websocket.accept must come before websocket.send");
  if (state_ == State::closed || is_gone_ || is_answered()) return false;
  PyObject* const bytes = value_of(event, "bytes");
  PyObject* const text = value_of(event, "text");
  if (bytes && bytes != Py_None) {
    Bytes const content(bytes);
    if (!content.is_good()) return false;
    send_frame(Kind::binary, content.view());
  } else {
    Py_ssize_t size = 0;
    char const* const utf8 = text && text != Py_None ? PyUnicode_AsUTF8AndSize(text, &size) : nullptr;
    if (!utf8) return PyErr_Occurred() ? false : refuse("websocket.send takes \"bytes\" or \"text\"");
    send_frame(Kind::text, {utf8, static_cast<std::size_t>(size)});
  }
  if (is_full()) tell_full(gil);
  return !is_gone_;
}

bool SocketExchange::close(Gil const& gil, PyObject* event) {
  if (state_ == State::closed || is_answered()) return true;
  if (state_ == State::refusing) return refuse("the WebSocket was refused already");
  if (state_ == State::connecting) {
    fail(gil, {403, ""});
    return true;
  }
  PyObject* const code = value_of(event, "code");
  PyObject* const reason = value_of(event, "reason");
  long const number = code && code != Py_None ? PyLong_AsLong(code) : kNormalClosure;
  if (number == -1 && PyErr_Occurred()) return false;
  if (number < 0 || number > 4999 || !websocket::may_be_sent(static_cast<std::uint16_t>(number))) {
    PyErr_Format(PyExc_ValueError, "websocket.close takes a \"code\" such as 1000, or one from 3000 to 4999, not %R",
                 code);
    return false;
  }
  bool const has_reason = reason && reason != Py_None;
  if (has_reason && !PyUnicode_Check(reason)) {
    PyErr_Format(PyExc_TypeError, "websocket.close takes a str as its \"reason\", not %R", reason);
    return false;
  }
  close_with(gil, static_cast<std::uint16_t>(number), has_reason ? to_utf8(gil, reason) : std::string());
  return true;
}

bool SocketExchange::conclude(Gil const& gil) {
  if (state_ != State::open) return false;
  close_with(gil, kNormalClosure, {});
  return true;
}

// Before it is accepted, as of any request; an open one is closed.
void SocketExchange::fail(Gil const& gil, http::Refusal const& refusal) {
  if (state_ == State::open) return close_with(gil, refusal.status == 503 ? kServiceRestart : kInternalError, {});
  if (state_ == State::closed) return;
  state_ = State::closed;
  Exchange::fail(gil, refusal);
}

void SocketExchange::on_input(Gil const& gil) {
  std::array<char, kAtOnce> bytes;
  std::vector<websocket::Event> events;
  while (state_ == State::open && !is_flooded()) {
    auto const received = connection_->receive_behind(bytes);
    if (received.kind == base::sys::Transfer::Kind::closed) return lose(gil);
    if (received.kind != base::sys::Transfer::Kind::done) break;
    was_heard_ = true;
    auto const failure = reader_.feed(std::span(bytes).first(received.bytes), events);
    for (auto& event : events) heed(gil, std::move(event));
    events.clear();
    if (failure && state_ == State::open) close_with(gil, failure->code, failure->reason);
  }
  wake(gil);
}

void SocketExchange::heed(Gil const& gil, websocket::Event event) {
  if (state_ != State::open) return;
  switch (event.kind) {
    case Kind::text:
    case Kind::binary:
      waiting_bytes_ += event.payload.size();
      messages_.push_back(std::move(event));
      return;
    case Kind::ping:
      return send_frame(Kind::pong, event.payload);
    case Kind::pong:
      return;
    case Kind::close:
      return close_with(gil, event.code, event.payload);
  }
}

void SocketExchange::send_frame(Kind kind, std::string_view payload) {
  std::string frame;
  websocket::append_frame(frame, kind, payload);
  iovec piece{frame.data(), frame.size()};
  if (connection_->send({&piece, 1}) == http::Outbox::Status::closed) is_gone_ = true;
}

void SocketExchange::close_with(Gil const& gil, std::uint16_t code, std::string_view reason) {
  std::string frame;
  websocket::append_close(frame, code, reason);
  iovec piece{frame.data(), frame.size()};
  (void)connection_->send({&piece, 1});
  finish(gil, code, reason);
}

void SocketExchange::finish(Gil const& gil, std::uint16_t code, std::string_view reason) {
  state_ = State::closed;
  code_ = code;
  reason_ = reason;
  wake(gil);
  complete(gil);
}

// Without a word.
void SocketExchange::lose(Gil const& gil) {
  is_gone_ = true;
  connection_->cut_off();
  finish(gil, kLost, {});
}

void SocketExchange::on_gone(Gil const& gil) {
  if (state_ == State::connecting || state_ == State::refusing) return Exchange::on_gone(gil);
  if (state_ == State::open) lose(gil);
}

void SocketExchange::on_leaving(Gil const& gil) {
  if (state_ == State::open) close_with(gil, kServiceRestart, {});
}

// Who has not said anything since it was last asked is not there any more.
bool SocketExchange::on_tick(Gil const& gil) {
  if (state_ != State::open) return true;
  if (was_asked_ && !was_heard_) {
    lose(gil);
    return true;
  }
  was_heard_ = false;
  was_asked_ = true;
  send_frame(Kind::ping, {});
  return true;
}

bool SocketExchange::is_flooded() const {
  return messages_.size() >= kMostMessages || waiting_bytes_ >= kMostBytes;
}

}  // namespace python::asgi
