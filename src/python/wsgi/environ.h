// The WSGI environ (PEP 3333): a copy of a template that holds what never changes, plus the request.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "http/connection.h"
#include "http/response.h"
#include "python/raised.h"
#include "python/wsgi/client_socket.h"
#include "python/wsgi/early_hints.h"

namespace python::wsgi {

struct EnvironOptions {
  bool multithread = false;
  bool multiprocess = false;
  std::string script_name;  // where the application is mounted ($SCRIPT_NAME); a trusted peer's header goes before it
  bool is_tls = false;
};

// An environ's template, and the objects in it that are bound to one request after the other, so that offering them
// costs none of them anything.
struct EnvironTemplate {
  http::LocalEnd const* local = nullptr;
  Ref variables, early_hints, client_socket;
};

// The environ of one request, and what it was made from.
struct Environ {
  Ref variables;
  EnvironTemplate made_from;
};

class EnvironBuilder {
 public:
  // `file_wrapper` and `errors` are what the environ offers under wsgi.*.
  static Outcome<EnvironBuilder> create(Gil const&, EnvironOptions, PyObject* file_wrapper, PyObject* errors);

  // `input` is wsgi.input. An exception here is out of memory, or a ValueError for a path outside of SCRIPT_NAME.
  Outcome<Environ> build(Gil const&, http::Connection&, http::Response&, PyObject* input);

  // The request is over; what it was bound to lets go of it.
  void retire(Gil const&, Environ);

 private:
  struct Names;

  EnvironBuilder(EnvironOptions options, Ref base, std::shared_ptr<Names> names, EarlyHintsType early_hints,
                 ClientSocketType client_sockets);
  Outcome<EnvironTemplate> take_template(Gil const&, http::LocalEnd const&);
  Outcome<EnvironTemplate> make_template(Gil const&, http::LocalEnd const&);
  bool add_line(Gil const&, PyObject* environ, http::Connection const&);
  static bool add_client_certificate(Gil const&, PyObject* environ, http::Connection const&);
  bool add_peer(Gil const&, PyObject* environ, http::Connection const&);
  bool add_server(Gil const&, PyObject* environ, http::Connection const&);
  bool add_target(Gil const&, PyObject* environ, http::Request const&);
  bool add_fields(Gil const&, PyObject* environ, http::Request const&);
  struct Field;
  Field* known(Gil const&, std::string_view field_name);

  EnvironOptions options_;
  Ref base_;
  std::shared_ptr<Names> names_;
  EarlyHintsType early_hints_;
  ClientSocketType client_sockets_;
  std::vector<EnvironTemplate> templates_;  // at rest
};

}  // namespace python::wsgi
