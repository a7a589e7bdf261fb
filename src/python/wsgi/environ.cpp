#include "python/wsgi/environ.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/strings.h"
#include "http/meta_variable.h"
#include "http/percent.h"
#include "python/api.h"
#include "python/convert.h"
#include "python/text_map.h"

namespace python::wsgi {
namespace {

// One line per key we set for each request.
enum Key : std::size_t {
  kRequestMethod,
  kQueryString,
  kRawUri,
  kServerProtocol,
  kRemoteAddr,
  kRemotePort,
  kProxyProtocol,
  kProxyAddr,
  kProxyPort,
  kPathInfo,
  kScriptName,
  kUrlScheme,
  kInput,
  kServerName,
  kServerPort,
  kContentLength,
  kContentType,
  kKeyCount,
};
constexpr std::array<char const*, kKeyCount> kKeyTexts = {
    "REQUEST_METHOD", "QUERY_STRING", "RAW_URI",     "SERVER_PROTOCOL", "REMOTE_ADDR", "REMOTE_PORT",
    "PROXY_PROTOCOL", "PROXY_ADDR",   "PROXY_PORT",  "PATH_INFO",       "SCRIPT_NAME", "wsgi.url_scheme",
    "wsgi.input",     "SERVER_NAME",  "SERVER_PORT", "CONTENT_LENGTH",  "CONTENT_TYPE"};

// A dict of this many texts has room for twice as many: more variables than a browser behind a proxy or two causes.
constexpr Py_ssize_t kSpacious = 22;

// Field names come from clients: past this many spellings, keys are made anew each time.
constexpr std::size_t kKnownFieldNames = 512;

// A str for bytes that are often the same as the time before.
class Repeated {
 public:
  Ref get(Gil const& gil, std::string_view bytes) {
    if (bytes.size() > kLongest) return from_latin1(gil, bytes);
    if (!last_ || latin1_bytes(gil, last_.get()) != bytes) last_ = from_latin1(gil, bytes);
    return last_.copy();
  }

 private:
  static constexpr std::size_t kLongest = 256;
  Ref last_;
};

// What is for one client's eyes is not kept beyond its request.
bool is_secret(std::string_view field_name) {
  return base::equal_ignoring_case(field_name, "Cookie") || base::equal_ignoring_case(field_name, "Authorization");
}

bool set(PyObject* dict, PyObject* key, Ref value) {
  return value && PyDict_SetItem(dict, key, value.get()) == 0;
}

bool set(PyObject* dict, char const* key, std::string_view value) {
  Ref const text = Ref::take(PyUnicode_DecodeLatin1(value.data(), static_cast<Py_ssize_t>(value.size()), nullptr));
  return text && PyDict_SetItemString(dict, key, text.get()) == 0;
}

// A dict grows when it is full and never shrinks, and a copy has the room of its original. (Making one with room, as
// CPython does inside, makes one for keys of all types, which is larger and slower.)
bool make_room(Gil const&, PyObject* variables) {
  std::vector<Ref> fillers;
  for (auto missing = kSpacious - PyDict_Size(variables); missing > 0; --missing)
    fillers.push_back(Ref::take(PyUnicode_FromFormat("monoceros.%zd", missing)));
  for (auto const& filler : fillers)
    if (!filler || PyDict_SetItem(variables, filler.get(), Py_None) < 0) return false;
  return std::ranges::all_of(fillers, [&](Ref const& filler) { return PyDict_DelItem(variables, filler.get()) == 0; });
}

}  // namespace

struct EnvironBuilder::Field {
  Ref key;
  bool is_secret = false;
  Repeated value;
};

struct EnvironBuilder::Names {
  std::array<Ref, kKeyCount> keys;
  TextMap<Ref> methods;
  TextMap<Field> fields;
  Ref http, https, http10, http11, empty;
  Repeated address;
};

EnvironBuilder::EnvironBuilder(EnvironOptions options, Ref base, std::shared_ptr<Names> names, Types types)
    : options_(std::move(options)), base_(std::move(base)), names_(std::move(names)), types_(std::move(types)) {}

Outcome<EnvironBuilder> EnvironBuilder::create(Gil const& gil, EnvironOptions options, PyObject* file_wrapper,
                                               PyObject* errors) {
  auto names = std::make_shared<Names>();
  for (std::size_t i = 0; i < kKeyCount; ++i) names->keys[i] = Ref::take(PyUnicode_InternFromString(kKeyTexts[i]));
  for (auto const* method : {"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH"})
    names->methods.emplace(method, Ref::take(PyUnicode_InternFromString(method)));
  names->http = Ref::take(PyUnicode_InternFromString("http"));
  names->https = Ref::take(PyUnicode_InternFromString("https"));
  names->http10 = Ref::take(PyUnicode_InternFromString("HTTP/1.0"));
  names->http11 = Ref::take(PyUnicode_InternFromString("HTTP/1.1"));
  names->empty = Ref::take(PyUnicode_New(0, 0));
  auto base =
      checked(gil, Py_BuildValue("{s:(ii), s:O, s:O, s:O, s:O, s:O, s:O, s:s, s:s}", "wsgi.version", 1, 0,
                                 "wsgi.errors", errors, "wsgi.multithread", options.multithread ? Py_True : Py_False,
                                 "wsgi.multiprocess", options.multiprocess ? Py_True : Py_False, "wsgi.run_once",
                                 Py_False, "wsgi.file_wrapper", file_wrapper, "wsgi.input_terminated", Py_True,
                                 "SERVER_SOFTWARE", "monoceros/" MONOCEROS_VERSION, "SCRIPT_NAME", ""));
  if (!base) return std::unexpected(std::move(base.error()));
  if (options.is_tls && !set(base->get(), "HTTPS", "on")) return std::unexpected(Raised::take(gil));
  // What most requests have of the rest is in its place already: what a request says takes the place of something.
  auto const& keys = names->keys;
  auto* const variables = base->get();
  bool const is_made = set(variables, keys[kRequestMethod].get(), names->methods.find("GET")->second.copy()) &&
                       set(variables, keys[kRawUri].get(), names->empty.copy()) &&
                       set(variables, keys[kQueryString].get(), names->empty.copy()) &&
                       set(variables, keys[kServerProtocol].get(), names->http11.copy()) &&
                       set(variables, keys[kUrlScheme].get(), (options.is_tls ? names->https : names->http).copy()) &&
                       set(variables, keys[kRemoteAddr].get(), names->empty.copy()) &&
                       set(variables, keys[kPathInfo].get(), names->empty.copy());
  if (!is_made) return std::unexpected(Raised::take(gil));
  Types types{PY_TRY(InputType::create(gil)), PY_TRY(EarlyHintsType::create(gil)),
              PY_TRY(ClientSocketType::create(gil)), PY_TRY(StartResponseType::create(gil))};
  return EnvironBuilder(std::move(options), std::move(*base), std::move(names), std::move(types));
}

Outcome<Environ> EnvironBuilder::build(Gil const& gil, http::Connection& connection, http::Response& response) {
  auto made_from = PY_TRY(take_template(gil, connection.local()));
  Ref environ = Ref::take(PyDict_Copy(made_from->variables.get()));
  auto const& request = connection.request();
  if (!environ || !add_line(gil, environ.get(), connection) || !add_peer(gil, environ.get(), connection) ||
      !add_server(gil, environ.get(), connection) || !add_fields(gil, environ.get(), request) ||
      !add_target(gil, environ.get(), request) || !add_client_certificate(gil, environ.get(), connection))
    return std::unexpected(Raised::take(gil));
  InputType::bind(gil, made_from->input.get(), connection, response, options_.content_pace);
  EarlyHintsType::bind(gil, made_from->early_hints.get(), connection, response);
  ClientSocketType::bind(gil, made_from->client_socket.get(), connection, response);
  StartResponseType::bind(gil, made_from->start_response.get(), connection, response);
  return Environ{std::move(environ), std::move(made_from)};
}

void EnvironBuilder::retire(Gil const& gil, Environ environ) {
  auto& made_from = environ.made_from;
  InputType::detach(gil, made_from->input.get());
  EarlyHintsType::detach(gil, made_from->early_hints.get());
  ClientSocketType::detach(gil, made_from->client_socket.get());
  StartResponseType::detach(gil, made_from->start_response.get());
  environ.variables = {};
  // The template and we: what the application has kept must not come to life again with another request.
  bool const is_ours = Py_REFCNT(made_from->input.get()) == 2 && Py_REFCNT(made_from->early_hints.get()) == 2 &&
                       Py_REFCNT(made_from->client_socket.get()) == 2 &&
                       StartResponseType::is_free(made_from->start_response.get());
  if (is_ours && !ClientSocketType::is_used(made_from->client_socket.get()))
    templates_.push_back(std::move(made_from));
  else
    StartResponseType::let_go(gil, std::move(made_from->start_response));
}

Outcome<std::unique_ptr<EnvironTemplate>> EnvironBuilder::take_template(Gil const& gil, http::LocalEnd const& local) {
  auto const known = std::ranges::find_if(templates_, [&](auto const& made) { return made->local == &local; });
  if (known == templates_.end()) return make_template(gil, local);
  auto taken = std::move(*known);
  *known = std::move(templates_.back());
  templates_.pop_back();
  return taken;
}

Outcome<std::unique_ptr<EnvironTemplate>> EnvironBuilder::make_template(Gil const& gil, http::LocalEnd const& local) {
  auto made = std::make_unique<EnvironTemplate>(
      EnvironTemplate{&local, Ref::take(PyDict_Copy(base_.get())), PY_TRY(types_.inputs.make(gil)),
                      PY_TRY(types_.early_hints.make(gil)), PY_TRY(types_.client_sockets.make(gil)),
                      PY_TRY(types_.start_responses.make(gil))});
  auto* const variables = made->variables.get();
  if (!variables || !set(variables, names_->keys[kServerName].get(), from_latin1(gil, local.name)) ||
      !set(variables, names_->keys[kServerPort].get(), from_latin1(gil, local.port)) ||
      PyDict_SetItem(variables, names_->keys[kInput].get(), made->input.get()) < 0 ||
      PyDict_SetItemString(variables, "wsgi.early_hints", made->early_hints.get()) < 0 ||
      PyDict_SetItemString(variables, "gunicorn.socket", made->client_socket.get()) < 0 || !make_room(gil, variables))
    return std::unexpected(Raised::take(gil));
  return made;
}

bool EnvironBuilder::add_line(Gil const& gil, PyObject* environ, http::Connection const& connection) {
  auto const& request = connection.request();
  auto const& keys = names_->keys;
  if (auto const method = request.text(request.method); method != "GET") {
    auto const known = names_->methods.find(method);
    auto text = known == names_->methods.end() ? from_latin1(gil, method) : known->second.copy();
    if (!set(environ, keys[kRequestMethod].get(), std::move(text))) return false;
  }
  if (request.minor_version == 0 && !set(environ, keys[kServerProtocol].get(), names_->http10.copy())) return false;
  if (request.is_secure == options_.is_tls) return true;
  return set(environ, keys[kUrlScheme].get(), (request.is_secure ? names_->https : names_->http).copy());
}

// Under mod_ssl's names. After the fields of the request: a client cannot put its own words there.
bool EnvironBuilder::add_client_certificate(Gil const&, PyObject* environ, http::Connection const& connection) {
  auto* const session = connection.tls();
  if (!session || !session->asks_for_client_certificate()) return true;
  auto const* const certificate = session->client_certificate();
  if (!set(environ, "SSL_CLIENT_VERIFY", certificate ? "SUCCESS" : "NONE") ||
      !set(environ, "SSL_PROTOCOL", session->protocol()) || !set(environ, "SSL_CIPHER", session->cipher()))
    return false;
  return !certificate || (set(environ, "SSL_CLIENT_S_DN", certificate->subject) &&
                          set(environ, "SSL_CLIENT_S_DN_CN", certificate->common_name) &&
                          set(environ, "SSL_CLIENT_I_DN", certificate->issuer) &&
                          set(environ, "SSL_CLIENT_M_SERIAL", certificate->serial) &&
                          set(environ, "SSL_CLIENT_V_START", certificate->not_before) &&
                          set(environ, "SSL_CLIENT_V_END", certificate->not_after) &&
                          set(environ, "SSL_CLIENT_CERT", certificate->pem));
}

bool EnvironBuilder::add_peer(Gil const& gil, PyObject* environ, http::Connection const& connection) {
  auto const client = connection.client(connection.request());
  if (!set(environ, names_->keys[kRemoteAddr].get(), names_->address.get(gil, client.address))) return false;
  if (!client.port.empty() && !set(environ, names_->keys[kRemotePort].get(), from_latin1(gil, client.port)))
    return false;
  auto const* const announcement = connection.peer().announcement.get();
  return !announcement ||
         (set(environ, names_->keys[kProxyProtocol].get(), from_latin1(gil, announcement->protocol)) &&
          set(environ, names_->keys[kProxyAddr].get(), from_latin1(gil, announcement->proxy_address)) &&
          set(environ, names_->keys[kProxyPort].get(), from_latin1(gil, announcement->proxy_port)));
}

// Behind a unix socket only the client knows the name it asked for, if it says so. Neither variable may be empty
// (PEP 3333).
bool EnvironBuilder::add_server(Gil const& gil, PyObject* environ, http::Connection const& connection) {
  if (!connection.local().name.empty()) return true;
  auto const& request = connection.request();
  auto host = request.field("Host").value_or(request.text(request.authority));
  if (host.empty()) host = "localhost";
  auto const colon = host.rfind(':');
  bool const has_port = colon != host.npos && host.find(']', colon) == host.npos;
  auto port = has_port ? host.substr(colon + 1) : std::string_view();
  if (port.empty()) port = request.is_secure ? "443" : "80";
  return set(environ, names_->keys[kServerName].get(),
             from_latin1(gil, host.substr(0, has_port ? colon : host.npos))) &&
         set(environ, names_->keys[kServerPort].get(), from_latin1(gil, port));
}

// Fields that came more than once are joined, as RFC 9110 section 5.3 allows; Cookie has a separator of its own
// (RFC 9113 section 8.2.3).
bool EnvironBuilder::add_fields(Gil const& gil, PyObject* environ, http::Request const& request) {
  for (auto const& field : request.fields) {
    auto const name = request.text(field.name);
    auto* const slot = known(gil, name);
    if (!slot) return false;
    auto const bytes = request.text(field.value);
    Ref const value = slot->is_secret ? from_latin1(gil, bytes) : slot->value.get(gil, bytes);
    PyObject* present = nullptr;
    Ref const key = slot->key.copy();
    int const was_there = value ? PyDict_SetDefaultRef(environ, key.get(), value.get(), &present) : -1;
    Ref const first = Ref::take(present);
    if (was_there < 0) return false;
    if (was_there == 0) continue;
    auto const* const format = base::equal_ignoring_case(name, "Cookie") ? "%U; %U" : "%U,%U";
    if (!set(environ, key.get(), Ref::take(PyUnicode_FromFormat(format, first.get(), value.get())))) return false;
  }
  return true;
}

EnvironBuilder::Field* EnvironBuilder::known(Gil const& gil, std::string_view field_name) {
  if (auto const known = names_->fields.find(field_name); known != names_->fields.end()) return &known->second;
  Ref key = from_latin1(gil, http::meta_variable(field_name));
  if (!key) return nullptr;
  if (names_->fields.size() >= kKnownFieldNames) names_->fields.clear();
  return &names_->fields.emplace(field_name, Field{std::move(key), is_secret(field_name), {}}).first->second;
}

// SCRIPT_NAME is where the application is mounted; PATH_INFO what is left of the path behind it, decoded.
bool EnvironBuilder::add_target(Gil const& gil, PyObject* environ, http::Request const& request) {
  auto const& keys = names_->keys;
  auto const target = request.text(request.target);
  Ref const raw = from_latin1(gil, target);
  if (!raw || !set(environ, keys[kRawUri].get(), raw.copy())) return false;
  if (request.query.size && !set(environ, keys[kQueryString].get(), from_latin1(gil, request.text(request.query))))
    return false;
  std::string decoded;
  auto path = http::percent_decoded(request.text(request.path), decoded);
  auto const mount = request.last_field("SCRIPT_NAME").value_or(options_.script_name);
  if (!mount.empty()) {
    if (!path.starts_with(mount)) {
      PyErr_Format(PyExc_ValueError, "Request path '%s' does not start with SCRIPT_NAME '%s'",
                   std::string(path).c_str(), std::string(mount).c_str());
      return false;
    }
    path.remove_prefix(mount.size());
    if (!set(environ, keys[kScriptName].get(), from_latin1(gil, mount))) return false;
  }
  return set(environ, keys[kPathInfo].get(), path == target ? raw.copy() : from_latin1(gil, path));
}

}  // namespace python::wsgi
