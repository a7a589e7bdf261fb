// gunicorn.socket: the client's connection as a Python socket, for what HTTP has no words for: a WebSocket library that
// takes the connection over, a look at the peer's credentials. It becomes a socket (a descriptor of its own on the same
// connection) when an attribute is asked for, and costs nothing before. Whoever sends on it has taken the answer into
// its own hands, and says so by raising StopIteration out of the application. Closed when the request is over.
//
// Its time-out is so long that it seems to block, while the connection itself does not: others send on it, too.
// One object serves one request after the other.
#pragma once

#include "http/connection.h"
#include "http/response.h"
#include "python/raised.h"

namespace python::wsgi {

class ClientSocketType {
 public:
  static Outcome<ClientSocketType> create(Gil const&);

  // Bound to no request: asking it for anything raises.
  Outcome<Ref> make(Gil const&) const;

  static void bind(Gil const&, PyObject* socket, http::Connection&, http::Response&);
  static void detach(Gil const&, PyObject* socket);

  // It has become a socket, and is of no use to another request.
  static bool is_used(PyObject* socket);

 private:
  explicit ClientSocketType(Ref type) : type_(std::move(type)) {}

  Ref type_;
};

}  // namespace python::wsgi
