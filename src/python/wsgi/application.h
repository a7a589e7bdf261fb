// A WSGI application and the bridge to it (PEP 3333): one request in, its answer out on the connection it came on.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/connection.h"
#include "http/response.h"
#include "log/log.h"
#include "python/raised.h"
#include "python/request_hooks.h"
#include "python/wsgi/environ.h"
#include "python/wsgi/file_wrapper.h"
#include "python/wsgi/start_response.h"

namespace python::wsgi {

// Variables of the environ whose values, as text, somebody wants to know once the application is done with it.
using EnvironNotes = std::vector<std::pair<std::string, std::string>>;

class Application {
 public:
  struct Options {
    EnvironOptions environ;
    bool sendfile = true;
    RequestHooks hooks;
  };

  // `callable` is the application object; `log` gets its failures.
  static Outcome<std::unique_ptr<Application>> create(Gil const&, Ref callable, Options, logging::Log& log);

  // Runs the application on the connection's request and completes `response`. Afterwards response.persists() tells
  // whether the connection may go on. Several threads may be in here, each with the lock, each with its own response.
  // `notes` gets the variables it names; without names it costs nothing.
  void handle(Gil const&, http::Connection& connection, http::Response& response, EnvironNotes& notes);

 private:
  Application(Ref callable, Options, logging::Log&, EnvironBuilder, FileWrapperType);

  // What RequestHooks::after is told, and how far the answer came.
  struct Seen {
    Environ environ;
    Ref request;
    bool is_answered = false;  // all of the result was given to the connection
  };

  Outcome<void> run(Gil const&, http::Connection&, http::Response&, Seen& seen);
  Outcome<void> call(Gil const&, http::Connection&, http::Response&, Seen& seen);
  bool send_result(Gil const&, http::Connection&, http::Response&, PyObject* result);
  bool send_file(Gil const&, http::Connection&, http::Response&, PyObject* wrapper);
  bool send_items(Gil const&, http::Connection&, http::Response&, PyObject* result);
  void fail(Gil const&, http::Connection&, http::Response&, Seen const&, Raised const&);

  Ref callable_;
  Options options_;
  logging::Log& log_;
  EnvironBuilder environs_;
  FileWrapperType file_wrappers_;
};

}  // namespace python::wsgi
