// wsgi.input (PEP 3333): the request's content, mostly complete before the application runs. Reads from memory the
// connection owns, or from the connection itself where content comes in pieces, between bind() and detach(); otherwise
// it is at its end. One object serves one request after the other.
#pragma once

#include "http/connection.h"
#include "http/pace.h"
#include "http/response.h"
#include "python/raised.h"

namespace python::wsgi {

class InputType {
 public:
  // The type object, made once per interpreter.
  static Outcome<InputType> create(Gil const&);

  Outcome<Ref> make(Gil const&) const;
  // `pace` is how slow the client may be where content is still coming. For the thread that runs the application.
  static void bind(Gil const&, PyObject* input, http::Connection&, http::Response&, http::Pace const& pace);
  static void detach(Gil const&, PyObject* input);

 private:
  explicit InputType(Ref type) : type_(std::move(type)) {}

  Ref type_;
};

}  // namespace python::wsgi
