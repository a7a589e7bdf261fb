// start_response (PEP 3333): one object per request, given to the application; fills the Response.
#pragma once

#include "http/connection.h"
#include "http/response.h"
#include "python/raised.h"

namespace python::wsgi {

class StartResponseType {
 public:
  static Outcome<StartResponseType> create(Gil const&);

  // Bound to one answer until detach(); a call after that raises.
  Outcome<Ref> make(Gil const&, http::Connection&, http::Response&) const;
  static void detach(Gil const&, PyObject* start_response);

 private:
  explicit StartResponseType(Ref type) : type_(std::move(type)) {}

  Ref type_;
};

// Sends a piece of content, waiting with the lock released while more is buffered than a slow reader may cost us.
// gone: there is nobody left to send to. raised: an exception is set.
enum class Sent { yes, gone, raised };
Sent send_content(Gil const&, http::Connection&, http::Response&, PyObject* data);

}  // namespace python::wsgi
