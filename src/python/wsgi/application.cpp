#include "python/wsgi/application.h"

#include "base/strings.h"
#include "http/substitute.h"
#include "log/escape.h"
#include "python/api.h"
#include "python/convert.h"

namespace python::wsgi {
namespace {

Outcome<Ref> standard_error(Gil const& gil) {
  PyObject* const stream = PySys_GetObject("stderr");
  return checked(gil, Py_NewRef(stream ? stream : Py_None));
}

// Names count in any case, as in Gunicorn's access formats.
std::string variable(Gil const& gil, PyObject* environ, std::string_view name) {
  PyObject *key, *value;
  for (Py_ssize_t position = 0; PyDict_Next(environ, &position, &key, &value);) {
    if (!PyUnicode_Check(key) || !base::equal_ignoring_case(to_utf8(gil, key), name)) continue;
    if (auto const bytes = PyUnicode_Check(value) ? latin1_bytes(gil, value) : std::nullopt) return std::string(*bytes);
    Ref const text = Ref::take(PyObject_Str(value));
    if (text) return to_utf8(gil, text.get());
    PyErr_Clear();
  }
  return {};
}

// PEP 3333: close() is called once the request is over, however it ended.
bool close_result(PyObject* result) {
  if (PyList_CheckExact(result) || PyTuple_CheckExact(result)) return true;  // what most return has none
  static PyObject* const name = PyUnicode_InternFromString("close");
  PyObject* method = nullptr;
  if (PyObject_GetOptionalAttr(result, name, &method) < 0) return false;
  Ref const close = Ref::take(method);
  return !close || Ref::take(PyObject_CallNoArgs(close.get()));
}

// An empty content for HEAD may be what was left of the one that GET would get (RFC 9110 section 8.6).
bool tells_length(http::Connection const& connection, Py_ssize_t size) {
  auto const& request = connection.request();
  return size > 0 || request.text(request.method) != "HEAD";
}

}  // namespace

Application::Application(Ref callable, Options options, logging::Log& log, EnvironBuilder environs,
                         FileWrapperType file_wrappers)
    : callable_(std::move(callable)),
      options_(std::move(options)),
      log_(log),
      environs_(std::move(environs)),
      file_wrappers_(std::move(file_wrappers)) {}

Outcome<std::unique_ptr<Application>> Application::create(Gil const& gil, Ref callable, Options options,
                                                          logging::Log& log) {
  auto file_wrappers = PY_TRY(FileWrapperType::create(gil));
  auto const errors = PY_TRY(standard_error(gil));
  auto environs = PY_TRY(EnvironBuilder::create(gil, options.environ, file_wrappers.type(), errors.get()));
  return std::unique_ptr<Application>(
      new Application(std::move(callable), std::move(options), log, std::move(environs), std::move(file_wrappers)));
}

void Application::handle(Gil const& gil, http::Connection& connection, http::Response& response, EnvironNotes& notes) {
  auto const& hooks = options_.hooks;
  auto const started = hooks.after ? base::now() : base::Instant();
  Seen seen;
  auto const outcome = run(gil, connection, response, seen);
  if (!outcome) fail(gil, connection, response, seen, outcome.error());
  if (!response.file_error().empty())
    log_.error("The application named a file that is not sent: {}", response.file_error());
  if (connection.has_stalled()) log_.info("{}", connection.describe_stall(response.pace()));
  auto* const environ = seen.environ.variables.get();
  for (auto& [name, value] : notes) value = environ ? variable(gil, environ, name) : "";
  if (hooks.after && environ) hooks.after(gil, environ, seen.request.get(), response, base::now() - started);
  if (environ) environs_.retire(gil, std::move(seen.environ));
}

Outcome<void> Application::run(Gil const& gil, http::Connection& connection, http::Response& response, Seen& seen) {
  if (options_.hooks.before && !(seen.request = options_.hooks.before(gil, connection)))
    return std::unexpected(Raised::take(gil));
  seen.environ = PY_TRY(environs_.build(gil, connection, response));
  auto const& rewrite = options_.hooks.rewrite;
  if (rewrite && !rewrite(gil, seen.environ.variables.get(), seen.request.get()))
    return std::unexpected(Raised::take(gil));
  return call(gil, connection, response, seen);
}

Outcome<void> Application::call(Gil const& gil, http::Connection& connection, http::Response& response, Seen& seen) {
  auto const& environ = seen.environ;
  PyObject* const arguments[] = {nullptr, environ.variables.get(), environ.made_from->start_response.get()};
  Ref const result =
      Ref::take(PyObject_Vectorcall(callable_.get(), arguments + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
  seen.is_answered = result && send_result(gil, connection, response, result.get());
  Outcome<void> outcome;
  if (!seen.is_answered) outcome = std::unexpected(Raised::take(gil));
  if (result && !close_result(result.get())) {
    auto raised = Raised::take(gil);
    if (outcome) outcome = std::unexpected(std::move(raised));
  }
  return outcome;
}

bool Application::send_result(Gil const& gil, http::Connection& connection, http::Response& response,
                              PyObject* result) {
  bool const sent = file_wrappers_.is_instance(result) && options_.sendfile
                        ? send_file(gil, connection, response, result)
                        : send_items(gil, connection, response, result);
  if (!sent) return false;
  if (!response.has_status()) {
    PyErr_SetString(PyExc_AssertionError, "the application returned without calling start_response");
    return false;
  }
  if (!response.head_is_sent() && !connection.claim_answer()) return response.forbid_persistence(), true;
  // A client that left is not the application's doing.
  if (response.finish(connection) != http::Outbox::Status::closed && response.is_short())
    log_.warning("The application promised {} bytes of content and gave {}: {}", *response.content_length(),
                 response.content_sent(), connection.request().text(connection.request().target));
  return true;
}

bool Application::send_file(Gil const& gil, http::Connection& connection, http::Response& response, PyObject* wrapper) {
  auto const file = file_wrappers_.regular_file(gil, wrapper);
  if (!file) return send_items(gil, connection, response, wrapper);
  if (!response.has_status()) return true;
  if (!response.head_is_sent() && !connection.claim_answer()) return response.forbid_persistence(), true;
  response.write_file(connection, file->descriptor, file->offset, file->count);
  return true;
}

bool Application::send_items(Gil const& gil, http::Connection& connection, http::Response& response, PyObject* result) {
  bool const is_sequence = PyList_CheckExact(result) || PyTuple_CheckExact(result);
  if (is_sequence && PySequence_Fast_GET_SIZE(result) == 1) {
    PyObject* const only = PySequence_Fast_GET_ITEM(result, 0);
    if (PyBytes_Check(only) && tells_length(connection, PyBytes_GET_SIZE(only))) {
      response.set_known_length(static_cast<std::uint64_t>(PyBytes_GET_SIZE(only)));
      return send_content(gil, connection, response, only) != Sent::raised;
    }
  }
  Ref const iterator = Ref::take(PyObject_GetIter(result));
  while (iterator) {
    Ref const item = Ref::take(PyIter_Next(iterator.get()));
    if (!item) return !PyErr_Occurred();
    // None of a list is kept waiting for another: all of them are there.
    auto const sent =
        send_content(gil, connection, response, item.get(), is_sequence ? Piece::one_of_several : Piece::single);
    if (sent != Sent::yes) return sent == Sent::gone;
  }
  return false;
}

// The client learns that it failed, the log why. An answer that has begun can only be cut off.
// One that is complete leaves nothing to say to the client, who may still be reading it.
void Application::fail(Gil const& gil, http::Connection& connection, http::Response& response, Seen const& seen,
                       Raised const& raised) {
  auto const& request = connection.request();
  bool const is_whole = seen.is_answered || response.is_whole();
  if (!is_whole || response.is_handed_over()) response.forbid_persistence();
  // How Gunicorn is told that the application has taken the connection over.
  if (response.is_handed_over() && raised.is(gil, PyExc_StopIteration)) {
    if (!response.has_status()) response.set_status(101, "101 Switching Protocols");
    return log_.debug("The application has used the connection for itself: {}",
                      logging::escaped(request.text(request.target)));
  }
  // The application may have dealt with it, and failed otherwise.
  auto const* failure = connection.content_failure();
  if (failure && !(raised.is(gil, PyExc_OSError) && raised.summary(gil).ends_with(failure->detail))) failure = nullptr;
  bool const is_gone = connection.output_status() == http::Outbox::Status::closed;
  if (is_gone && (failure || raised.is(gil, PyExc_BrokenPipeError))) return;
  if (failure) {
    log_.warning("Invalid request from ip={}: {}", logging::escaped(connection.client(request).address),
                 logging::escaped(failure->detail));
    if (!is_whole) http::substitute(connection, response, *failure);
    return;
  }
  Handling const handling(gil, raised);
  log_.exception("Error handling request {} {}\n{}", logging::escaped(request.text(request.method)),
                 logging::escaped(request.text(request.target)), raised.traceback(gil));
  if (!is_whole) http::substitute(connection, response, {500, ""});
}

}  // namespace python::wsgi
