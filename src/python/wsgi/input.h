// wsgi.input (PEP 3333): the request's content, complete before the application runs. Reads from memory the connection
// owns, between bind() and detach(); otherwise it is at its end. One object serves one request after the other.
#pragma once

#include <string_view>

#include "python/raised.h"

namespace python::wsgi {

class InputType {
 public:
  // The type object, made once per interpreter.
  static Outcome<InputType> create(Gil const&);

  Outcome<Ref> make(Gil const&) const;
  static void bind(Gil const&, PyObject* input, std::string_view content);
  static void detach(Gil const&, PyObject* input);

 private:
  explicit InputType(Ref type) : type_(std::move(type)) {}

  Ref type_;
};

}  // namespace python::wsgi
