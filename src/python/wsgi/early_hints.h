// wsgi.early_hints, as Gunicorn offers it: called with a list of (name, value), usually Link fields, it sends them at
// once in a 103 (RFC 8297), as often as the application likes. Without effect for HTTP/1.0 and once the answer's head
// is sent. One object serves one request after the other.
#pragma once

#include "http/connection.h"
#include "http/response.h"
#include "python/raised.h"

namespace python::wsgi {

class EarlyHintsType {
 public:
  static Outcome<EarlyHintsType> create(Gil const&);

  // Bound to no request: a call raises.
  Outcome<Ref> make(Gil const&) const;

  static void bind(Gil const&, PyObject* hints, http::Connection&, http::Response&);
  static void detach(Gil const&, PyObject* hints);

 private:
  explicit EarlyHintsType(Ref type) : type_(std::move(type)) {}

  Ref type_;
};

}  // namespace python::wsgi
