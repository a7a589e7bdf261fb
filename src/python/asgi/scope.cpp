#include "python/asgi/scope.h"

#include <algorithm>

#include "base/strings.h"
#include "http/percent.h"
#include "python/api.h"
#include "python/convert.h"

namespace python::asgi {
namespace {

// Field names come from clients: past this many spellings they are made anew.
constexpr std::size_t kKnownFieldNames = 512;

Ref bytes(std::string_view text) {
  return Ref::take(PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

bool set(PyObject* dict, Ref const& key, Ref value) {
  return value && PyDict_SetItem(dict, key.get(), value.get()) == 0;
}

// (host, port), or (path, None) of a unix socket.
Ref server(Gil const& gil, http::LocalEnd const& local) {
  constexpr std::string_view kUnix = "unix:";
  if (auto const port = base::parse_decimal(local.port))
    return Ref::take(Py_BuildValue("(NI)", from_utf8(gil, local.name).release(), static_cast<unsigned>(*port)));
  auto const path = std::string_view(local.text).substr(local.text.starts_with(kUnix) ? kUnix.size() : 0);
  return Ref::take(Py_BuildValue("(NO)", from_utf8(gil, path).release(), Py_None));
}

// A proxy may name a client without a port.
Ref client(Gil const& gil, http::Connection const& connection) {
  auto const [address, port] = connection.client(connection.request());
  if (address.empty()) return Ref::share(Py_None);
  auto const number = static_cast<unsigned>(base::parse_decimal(port).value_or(0));
  return Ref::take(Py_BuildValue("(NI)", from_latin1(gil, address).release(), number));
}

}  // namespace

struct ScopeBuilder::Keys {
  Ref asgi = intern("asgi"), extensions = intern("extensions"), state = intern("state");
  Ref method = intern("method"), scheme = intern("scheme"), http_version = intern("http_version");
  Ref path = intern("path"), raw_path = intern("raw_path"), query_string = intern("query_string");
  Ref headers = intern("headers"), client = intern("client");
  Ref get = intern("GET"), http = intern("http"), https = intern("https"), http10 = intern("1.0");

 private:
  static Ref intern(char const* text) { return Ref::take(PyUnicode_InternFromString(text)); }
};

Outcome<ScopeBuilder> ScopeBuilder::create(Gil const&, ScopeOptions options, Ref state) {
  return ScopeBuilder(std::move(options), std::move(state), std::make_shared<Keys const>());
}

Ref ScopeBuilder::build(Gil const& gil, http::Connection const& connection) {
  auto* const made = template_for(gil, connection.local());
  Ref scope = Ref::take(made ? PyDict_Copy(made) : nullptr);
  if (!scope || !add_copies(gil, scope.get()) || !add_line(gil, scope.get(), connection) ||
      !set(scope.get(), keys_->client, client(gil, connection)) ||
      !set(scope.get(), keys_->headers, fields(gil, connection.request())))
    return {};
  return scope;
}

Ref ScopeBuilder::build_socket(Gil const& gil, http::Connection const& connection,
                               std::span<std::string const> subprotocols) {
  Ref scope = build(gil, connection);
  if (!scope || PyDict_DelItem(scope.get(), keys_->method.get()) < 0) return {};
  Ref const rest = Ref::take(Py_BuildValue(
      "{s:s, s:s, s:N, s:{s:{}}}", "type", "websocket", "scheme", connection.request().is_secure ? "wss" : "ws",
      "subprotocols", list_of(gil, subprotocols).release(), "extensions", "websocket.http.response"));
  return rest && PyDict_Update(scope.get(), rest.get()) == 0 ? std::move(scope) : Ref();
}

PyObject* ScopeBuilder::template_for(Gil const& gil, http::LocalEnd const& local) {
  auto const known = std::ranges::find(templates_, &local, &Template::local);
  if (known != templates_.end()) return known->scope.get();
  Ref made = make_template(gil, local);
  return made ? templates_.emplace_back(Template{&local, std::move(made)}).scope.get() : nullptr;
}

Ref ScopeBuilder::make_template(Gil const& gil, http::LocalEnd const& local) const {
  return Ref::take(Py_BuildValue(
      "{s:s, s:{s:s, s:s}, s:s, s:N, s:O, s:s, s:s, s:N, s:s, s:y, s:y, s:[], s:O, s:{s:{}, s:{}}}", "type", "http",
      "asgi", "version", "3.0", "spec_version", "2.4", "http_version", "1.1", "server", server(gil, local).release(),
      "client", Py_None, "scheme", options_.is_tls ? "https" : "http", "method", "GET", "root_path",
      from_utf8(gil, options_.root_path).release(), "path", "/", "raw_path", "/", "query_string", "", "headers",
      "state", state_.get(), "extensions", "http.response.pathsend", "http.response.early_hint"));
}

// What applications and what they are wrapped in may write to, each request has for itself.
bool ScopeBuilder::add_copies(Gil const&, PyObject* scope) const {
  return std::ranges::all_of(std::array{&keys_->asgi, &keys_->extensions, &keys_->state}, [&](Ref const* key) {
    PyObject* const shared = PyDict_GetItemWithError(scope, key->get());
    return shared && set(scope, *key, Ref::take(PyDict_Copy(shared)));
  });
}

bool ScopeBuilder::add_line(Gil const& gil, PyObject* scope, http::Connection const& connection) const {
  auto const& request = connection.request();
  auto const& keys = *keys_;
  if (auto const method = request.text(request.method);
      method != "GET" && !set(scope, keys.method, from_latin1(gil, method)))
    return false;
  if (request.minor_version == 0 && !set(scope, keys.http_version, keys.http10.copy())) return false;
  if (request.is_secure != options_.is_tls &&
      !set(scope, keys.scheme, (request.is_secure ? keys.https : keys.http).copy()))
    return false;
  if (request.query.size && !set(scope, keys.query_string, bytes(request.text(request.query)))) return false;
  auto const raw = request.text(request.path);
  if (raw == "/") return true;
  std::string decoded;
  auto const path = http::percent_decoded(raw, decoded);
  Ref text = Ref::take(PyUnicode_DecodeUTF8(path.data(), static_cast<Py_ssize_t>(path.size()), "replace"));
  return set(scope, keys.path, std::move(text)) && set(scope, keys.raw_path, bytes(raw));
}

// As many pairs as there were fields, in their order.
Ref ScopeBuilder::fields(Gil const& gil, http::Request const& request) {
  Ref list = Ref::take(PyList_New(static_cast<Py_ssize_t>(request.fields.size())));
  for (Py_ssize_t i = 0; auto const& field : request.fields) {
    auto* const name = list ? field_name(gil, request.text(field.name)) : nullptr;
    Ref const value = bytes(request.text(field.value));
    PyObject* const pair = name && value ? PyTuple_Pack(2, name, value.get()) : nullptr;
    if (!pair) return {};
    PyList_SET_ITEM(list.get(), i++, pair);
  }
  return list;
}

PyObject* ScopeBuilder::field_name(Gil const&, std::string_view name) {
  if (auto const known = names_.find(name); known != names_.end()) return known->second.get();
  Ref made = bytes(base::lower(name));
  if (!made) return nullptr;
  if (names_.size() >= kKnownFieldNames) names_.clear();
  return names_.emplace(name, std::move(made)).first->second.get();
}

}  // namespace python::asgi
