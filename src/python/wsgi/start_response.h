// start_response (PEP 3333), given to the application; fills the Response. One object serves one request after the
// other.
#pragma once

#include <memory>

#include "http/connection.h"
#include "http/response.h"
#include "python/raised.h"

namespace python::wsgi {

class KnownNames;

class StartResponseType {
 public:
  static Outcome<StartResponseType> create(Gil const&);

  // Bound to no answer: a call raises.
  Outcome<Ref> make(Gil const&) const;
  static void bind(Gil const&, PyObject* start_response, http::Connection&, http::Response&);
  static void detach(Gil const&, PyObject* start_response);

  // Nobody but its owner has it, nor the write() that it gave out. One that is kept by others must not be bound again;
  // its owner lets go of it by let_go().
  static bool is_free(PyObject* start_response);
  static void let_go(Gil const&, Ref start_response);

 private:
  StartResponseType(Ref type, std::shared_ptr<KnownNames> names) : type_(std::move(type)), names_(std::move(names)) {}

  Ref type_;
  std::shared_ptr<KnownNames> names_;
};

// Sends a piece of content, waiting with the lock released while more is buffered than a slow reader may cost us.
// gone: there is nobody left to send to, nor will the connection go on. raised: an exception is set.
enum class Sent { yes, gone, raised };
enum class Piece {
  single,
  one_of_several,  // the next, or the end, follows at once
  written,         // by write(), whose first call sends the head whatever it is given (PEP 3333)
};
Sent send_content(Gil const&, http::Connection&, http::Response&, PyObject* data, Piece piece = Piece::single);

}  // namespace python::wsgi
