// What receive() and send() return where nothing is to be waited for: a coroutine that is over before it begins. To
// await it costs no turn of the event loop.
#pragma once

#include "python/raised.h"

namespace python::asgi {

class GivenType {
 public:
  static Outcome<GivenType> create(Gil const&);

  // Of `value`, once; empty with the exception set when memory runs out.
  Ref make(Gil const&, Ref value) const;
  // Of None, any number of times.
  PyObject* none() const { return none_.get(); }

 private:
  GivenType(Ref type, Ref none) : type_(std::move(type)), none_(std::move(none)) {}

  Ref type_, none_;
};

}  // namespace python::asgi
