// Content that does not lie in one piece: what stays in the pages it came in, and what is still coming while the
// application reads it (request_buffering off). In the second case it waits for the client without the interpreter
// lock, and reads on behalf of the thread it was made in, which runs the application, and of no other: the connection
// is that one's.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/connection.h"
#include "http/pace.h"
#include "http/response.h"
#include "python/raised.h"

namespace python::wsgi {

class PiecewiseContent {
 public:
  // Connection and response, whose time does not count while the client is waited for, outlive it.
  PiecewiseContent(http::Connection& connection, http::Response& response, http::Pace const& pace);

  // All of these fail with an exception set: an OSError where the rest of the content does not come.

  // A bytes object of `size` bytes, or of all there are if they are fewer. Null: failed.
  PyObject* read(Gil const&, std::size_t size);
  // Some bytes, none at the end only.
  std::optional<std::size_t> read_into(Gil const&, std::span<char> into);
  // A bytes object up to the end of the line, newline included, of at most `limit` bytes.
  PyObject* read_line(Gil const&, std::size_t limit);

 private:
  bool is_permitted(Gil const&) const;
  std::optional<std::size_t> take(Gil const&, std::span<char> into);
  std::string_view line_ahead(std::size_t limit) const;
  bool look_ahead(Gil const&, std::size_t limit);

  http::Connection& connection_;
  http::Response& response_;
  http::Pace pace_;
  bool const is_coming_;
  unsigned long const thread_;
  std::string ahead_;      // looked at, for the end of a line
  std::size_t begin_ = 0;  // what of it was read before
};

}  // namespace python::wsgi
