// What an application of ASGI is called with besides the scope: receive() and send() of one request. They outlive the
// exchange if the application keeps them: then the client has left.
#pragma once

#include "python/asgi/exchange.h"
#include "python/asgi/given.h"

namespace python::asgi {

class ChannelType {
 public:
  // `loop`: asyncio's. `later`: the module of what waits (monoceros.asgi).
  static Outcome<ChannelType> create(Gil const&, Ref loop, PyObject* later);

  // Bound to `exchange` until detach(); empty with the exception set when memory runs out.
  Ref make(Gil const&, Exchange& exchange) const;
  static void detach(Gil const&, PyObject* channel);

  // To be called with a task that is done; empty with the exception set when memory runs out.
  static Ref returned(Gil const&, PyObject* channel);

  struct Shared {
    Ref loop, receive_later, send_later, client_disconnected;
    GivenType given;
  };

 private:
  ChannelType(Ref type, std::shared_ptr<Shared const> shared) : type_(std::move(type)), shared_(std::move(shared)) {}

  Ref type_;
  std::shared_ptr<Shared const> shared_;
};

}  // namespace python::asgi
