// The scope of a request (ASGI, "HTTP & WebSocket", connection scope): a copy of what never changes, plus the request.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "http/connection.h"
#include "python/raised.h"
#include "python/text_map.h"

namespace python::asgi {

struct ScopeOptions {
  std::string root_path;  // where the application is mounted
  bool is_tls = false;
};

class ScopeBuilder {
 public:
  // `state`: what the application's lifespan has left for its requests, a dict; each gets a copy.
  static Outcome<ScopeBuilder> create(Gil const&, ScopeOptions, Ref state);

  // Empty with the exception set when memory runs out.
  Ref build(Gil const&, http::Connection const&);
  // Of one that wants to speak the WebSocket protocol, one of `subprotocols`.
  Ref build_socket(Gil const&, http::Connection const&, std::span<std::string const> subprotocols);

 private:
  struct Keys;
  struct Template {
    http::LocalEnd const* local;
    Ref scope;
  };

  ScopeBuilder(ScopeOptions options, Ref state, std::shared_ptr<Keys const> keys)
      : options_(std::move(options)), state_(std::move(state)), keys_(std::move(keys)) {}

  PyObject* template_for(Gil const&, http::LocalEnd const&);
  Ref make_template(Gil const&, http::LocalEnd const&) const;
  bool add_line(Gil const&, PyObject* scope, http::Connection const&) const;
  bool add_copies(Gil const&, PyObject* scope) const;
  Ref fields(Gil const&, http::Request const&);
  PyObject* field_name(Gil const&, std::string_view name);

  ScopeOptions options_;
  Ref state_;
  std::shared_ptr<Keys const> keys_;
  std::vector<Template> templates_;  // one for each end that was connected to
  TextMap<Ref> names_;               // of fields, in small letters
};

}  // namespace python::asgi
