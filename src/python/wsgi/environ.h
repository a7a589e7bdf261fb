// The WSGI environ (PEP 3333): a copy of a template that holds what never changes, plus the request.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "http/connection.h"
#include "python/raised.h"

namespace python::wsgi {

struct EnvironOptions {
  bool multithread = false;
  bool multiprocess = false;
  std::string script_name;  // where the application is mounted ($SCRIPT_NAME); a trusted peer's header goes before it
};

class EnvironBuilder {
 public:
  // `file_wrapper` and `errors` are what the environ offers under wsgi.*.
  static Outcome<EnvironBuilder> create(Gil const&, EnvironOptions, PyObject* file_wrapper, PyObject* errors);

  // `input` is wsgi.input. An exception here is out of memory, or a ValueError for a path outside of SCRIPT_NAME.
  Outcome<Ref> build(Gil const&, http::Connection const&, PyObject* input);

 private:
  struct Names;

  EnvironBuilder(EnvironOptions options, Ref base, std::shared_ptr<Names> names);
  PyObject* template_for(Gil const&, http::LocalEnd const&);
  bool add_line(Gil const&, PyObject* environ, http::Connection const&);
  bool add_peer(Gil const&, PyObject* environ, http::Connection const&);
  bool add_server(Gil const&, PyObject* environ, http::Connection const&);
  bool add_path(Gil const&, PyObject* environ, http::Request const&);
  bool add_fields(Gil const&, PyObject* environ, http::Request const&);
  PyObject* key_for(Gil const&, std::string_view field_name);

  EnvironOptions options_;
  Ref base_;
  std::shared_ptr<Names> names_;
};

}  // namespace python::wsgi
