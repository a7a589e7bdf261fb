// A WebSocket (RFC 6455) between its client and an application of ASGI: an exchange that goes on for as long as both
// want. Until it is accepted it is a request as any other, and may be answered as one.
#pragma once

#include <deque>
#include <expected>
#include <string>

#include "python/asgi/exchange.h"
#include "websocket/frame_reader.h"
#include "websocket/handshake.h"

namespace python::asgi {

class SocketExchange : public Exchange {
 public:
  explicit SocketExchange(Owner& owner) : Exchange(owner) {}

  void begin(http::Connection&, Ref channel, base::Instant now) override;
  bool may_serve_again() const override { return false; }
  http::Refusal const* refusal() const override { return offer_ ? nullptr : &offer_.error(); }
  Ref make_scope(Gil const&, ScopeBuilder&) const override;

  void on_input(Gil const&) override;
  void on_gone(Gil const&) override;
  void on_leaving(Gil const&) override;
  bool on_tick(Gil const&) override;
  bool conclude(Gil const&) override;
  void fail(Gil const&, http::Refusal const&) override;

  Ref next_event(Gil const&) override;
  bool perform(Gil const&, PyObject* event) override;

 private:
  enum class State { connecting, refusing, open, closed };

  bool accept(Gil const&, PyObject* event);
  bool send_message(Gil const&, PyObject* event);
  bool close(Gil const&, PyObject* event);
  void heed(Gil const&, websocket::Event event);
  void send_frame(websocket::Kind kind, std::string_view payload);
  void close_with(Gil const&, std::uint16_t code, std::string_view reason);
  void finish(Gil const&, std::uint16_t code, std::string_view reason);
  void lose(Gil const&);
  bool is_flooded() const;

  std::expected<websocket::Offer, http::Refusal> offer_;
  State state_ = State::connecting;
  websocket::FrameReader reader_{kLongest};
  std::deque<websocket::Event> messages_;  // that the application has not taken yet
  std::size_t waiting_bytes_ = 0;          // of those
  bool is_introduced_ = false;             // the application knows that there is a client
  bool was_heard_ = false;                 // since the last tick
  bool was_asked_ = false;                 // to prove itself alive
  std::uint16_t code_ = 1006;              // of the end
  std::string reason_;

  static constexpr std::size_t kLongest = 16 << 20;  // bytes of a message
};

}  // namespace python::asgi
