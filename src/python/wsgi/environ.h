// The WSGI environ (PEP 3333): a copy of a template that holds what never changes, plus the request.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/connection.h"
#include "http/response.h"
#include "python/raised.h"
#include "python/wsgi/client_socket.h"
#include "python/wsgi/early_hints.h"
#include "python/wsgi/input.h"
#include "python/wsgi/start_response.h"

namespace python::wsgi {

struct EnvironOptions {
  bool multithread = false;
  bool multiprocess = false;
  std::string script_name;  // where the application is mounted ($SCRIPT_NAME); a trusted peer's header goes before it
  bool is_tls = false;
  http::Pace content_pace;  // of content that comes while the application runs
};

// An environ's template, and what an application is given besides: objects that are bound to one request after the
// other, so that offering them costs none of them anything.
struct EnvironTemplate {
  http::LocalEnd const* local = nullptr;
  Ref variables, input, early_hints, client_socket, start_response;
};

// The environ of one request, and what it was made from.
struct Environ {
  Ref variables;
  std::unique_ptr<EnvironTemplate> made_from;
};

class EnvironBuilder {
 public:
  // `file_wrapper` and `errors` are what the environ offers under wsgi.*.
  static Outcome<EnvironBuilder> create(Gil const&, EnvironOptions, PyObject* file_wrapper, PyObject* errors);

  // An exception here is out of memory, or a ValueError for a path outside of SCRIPT_NAME.
  Outcome<Environ> build(Gil const&, http::Connection&, http::Response&);

  // The request is over; what it was bound to lets go of it.
  void retire(Gil const&, Environ);

 private:
  struct Names;

  // The types of what is offered.
  struct Types {
    InputType inputs;
    EarlyHintsType early_hints;
    ClientSocketType client_sockets;
    StartResponseType start_responses;
  };

  EnvironBuilder(EnvironOptions options, Ref base, std::shared_ptr<Names> names, Types types);
  Outcome<std::unique_ptr<EnvironTemplate>> take_template(Gil const&, http::LocalEnd const&);
  Outcome<std::unique_ptr<EnvironTemplate>> make_template(Gil const&, http::LocalEnd const&);
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
  Types types_;
  std::vector<std::unique_ptr<EnvironTemplate>> templates_;  // at rest
};

}  // namespace python::wsgi
