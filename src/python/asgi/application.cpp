#include "python/asgi/application.h"

#include "http/meta_variable.h"
#include "log/escape.h"
#include "python/api.h"
#include "python/convert.h"

namespace python::asgi {
namespace {

bool is_done(PyObject* task) {
  Ref const done = Ref::take(PyObject_CallMethod(task, "done", nullptr));
  return done && done.get() == Py_True;
}

// What a task that is done has raised; empty: nothing.
Ref exception_of(Gil const& gil, PyObject* task) {
  Ref exception = Ref::take(PyObject_CallMethod(task, "exception", nullptr));
  if (!exception) return Ref::share(Raised::take(gil).exception());  // it was cancelled
  return exception.get() == Py_None ? Ref() : std::move(exception);
}

// Whether a client that has left is at the bottom of it.
bool comes_of_leaving(PyObject* exception) {
  Ref next = Ref::share(exception);
  for (int depth = 0; next && depth < 16; ++depth) {
    if (PyErr_GivenExceptionMatches(next.get(), PyExc_ConnectionError)) return true;
    PyObject* const cause = PyException_GetCause(next.get());
    next = Ref::take(cause ? cause : PyException_GetContext(next.get()));
  }
  return false;
}

// For loggers and hooks, which know requests by the variables of CGI.
Ref variables(Gil const& gil, http::Connection const& connection) {
  auto const& request = connection.request();
  Ref dict = Ref::take(PyDict_New());
  auto const set = [&](std::string const& name, std::string_view value) {
    Ref const text = from_latin1(gil, value);
    if (dict && text) PyDict_SetItemString(dict.get(), name.c_str(), text.get());
  };
  set("REQUEST_METHOD", request.text(request.method));
  set("RAW_URI", request.text(request.target));
  set("PATH_INFO", request.text(request.path));
  set("QUERY_STRING", request.text(request.query));
  set("SERVER_PROTOCOL", request.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1");
  set("REMOTE_ADDR", connection.client(request).address);
  for (auto const& field : request.fields)
    set(http::meta_variable(request.text(field.name)), request.text(field.value));
  return dict;
}

}  // namespace

Application::Application(Ref callable, Options options, logging::Log& log, ScopeBuilder scopes, ChannelType channels,
                         Ref task_type, Ref task_names, Ref loop, Ref completion, Ref cancelled)
    : callable_(std::move(callable)),
      options_(std::move(options)),
      log_(log),
      scopes_(std::move(scopes)),
      channels_(std::move(channels)),
      task_type_(std::move(task_type)),
      task_names_(std::move(task_names)),
      loop_(std::move(loop)),
      completion_(std::move(completion)),
      cancelled_(std::move(cancelled)) {}

Outcome<std::unique_ptr<Application>> Application::create(Gil const& gil, Ref callable, EventLoop const& loop,
                                                          Ref state, Options options, logging::Log& log) {
  Ref const asyncio = PY_TRY(checked(gil, PyImport_ImportModule("asyncio")));
  Ref const ours = PY_TRY(checked(gil, PyImport_ImportModule("monoceros.asgi")));
  Ref task_type = PY_TRY(checked(gil, PyObject_GetAttrString(asyncio.get(), "Task")));
  Ref completion = PY_TRY(checked(gil, PyObject_GetAttrString(ours.get(), "completion")));
  Ref cancelled = PY_TRY(checked(gil, PyObject_GetAttrString(asyncio.get(), "CancelledError")));
  Ref task_names = PY_TRY(checked(gil, Py_BuildValue("(ss)", "loop", "eager_start")));
  auto scopes = PY_TRY(ScopeBuilder::create(gil, options.scope, std::move(state)));
  auto channels = PY_TRY(ChannelType::create(gil, loop.object(), ours.get()));
  return std::unique_ptr<Application>(new Application(std::move(callable), std::move(options), log, std::move(scopes),
                                                      std::move(channels), std::move(task_type), std::move(task_names),
                                                      loop.object(), std::move(completion), std::move(cancelled)));
}

bool Application::begin(Gil const& gil, Exchange& exchange, http::Connection& connection, base::Instant now) {
  exchange.begin(connection, channels_.make(gil, exchange), now);
  if (auto const* const refusal = exchange.refusal()) {
    exchange.fail(gil, *refusal);
    return true;
  }
  auto task = start(gil, exchange);
  if (!task) {
    fail(gil, exchange, task.error());
    return true;
  }
  exchange.task = std::move(*task);
  if (is_done(exchange.task.get())) return true;
  Ref const returned = ChannelType::returned(gil, exchange.channel());
  if (returned) Ref::take(PyObject_CallMethod(exchange.task.get(), "add_done_callback", "O", returned.get()));
  if (PyErr_Occurred()) fail(gil, exchange, Raised::take(gil));
  return false;
}

Outcome<Ref> Application::start(Gil const& gil, Exchange& exchange) {
  auto const& before = options_.hooks.before;
  if (!exchange.channel() || (before && !(exchange.request_object = before(gil, *exchange.connection()))))
    return std::unexpected(Raised::take(gil));
  return checked(gil, make_task(gil, PY_TRY(call(gil, exchange))).release());
}

Outcome<Ref> Application::call(Gil const& gil, Exchange& exchange) {
  Ref const scope = exchange.make_scope(gil, scopes_);
  Ref const receive = Ref::take(scope ? PyObject_GetAttrString(exchange.channel(), "receive") : nullptr);
  Ref const send = Ref::take(receive ? PyObject_GetAttrString(exchange.channel(), "send") : nullptr);
  if (!send) return std::unexpected(Raised::take(gil));
  PyObject* const arguments[] = {nullptr, scope.get(), receive.get(), send.get()};
  return checked(gil, PyObject_Vectorcall(callable_.get(), arguments + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
}

// A class with __await__ will do as well as a coroutine.
Ref Application::make_task(Gil const&, Ref awaitable) {
  Ref const coroutine = PyCoro_CheckExact(awaitable.get())
                            ? std::move(awaitable)
                            : Ref::take(PyObject_CallOneArg(completion_.get(), awaitable.get()));
  if (!coroutine) return {};
  PyObject* const arguments[] = {nullptr, coroutine.get(), loop_.get(), Py_True};
  return Ref::take(
      PyObject_Vectorcall(task_type_.get(), arguments + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, task_names_.get()));
}

void Application::end(Gil const& gil, Exchange& exchange) {
  if (exchange.task) {
    if (Ref exception = exception_of(gil, exchange.task.get())) {
      PyErr_SetRaisedException(exception.release());
      fail(gil, exchange, Raised::take(gil));
    } else if (!exchange.is_answered() && !exchange.conclude(gil)) {
      if (!exchange.is_gone())
        log_.error("The application returned without {}: {}",
                   exchange.response().has_status() ? "completing its answer" : "an answer", exchange.line());
      exchange.fail(gil, {500, ""});
    }
  }
  if (exchange.channel()) ChannelType::detach(gil, exchange.channel());
  exchange.end(gil);
}

void Application::note_answer(Gil const& gil, Exchange& exchange) const {
  auto const& connection = *exchange.connection();
  auto const& response = exchange.response();
  auto const& request = connection.request();
  if (response.is_short() && !exchange.is_gone() && connection.output_status() != http::Outbox::Status::closed)
    log_.warning("The application promised {} bytes of content and gave {}: {}", *response.content_length(),
                 response.content_sent(), logging::escaped(request.text(request.target)));
  if (!options_.hooks.after) return;
  Ref const environ = variables(gil, connection);
  if (!environ) return PyErr_Clear();
  auto* const object = exchange.request_object ? exchange.request_object.get() : Py_None;
  options_.hooks.after(gil, environ.get(), object, response, base::now() - exchange.started());
}

void Application::cancel(Gil const&, Exchange& exchange) {
  exchange.is_dismissed = true;
  if (exchange.task && !Ref::take(PyObject_CallMethod(exchange.task.get(), "cancel", nullptr))) PyErr_Clear();
}

// A client that has left is no failure; nor is the end of the worker.
void Application::fail(Gil const& gil, Exchange& exchange, Raised const& raised) {
  bool const is_dismissed = exchange.is_dismissed && raised.is(gil, cancelled_.get());
  if (is_dismissed && !exchange.is_gone()) {
    log_.warning("The application was cancelled in request {}", exchange.line());
    return exchange.fail(gil, {503, "The server is about to stop"});
  }
  if (!exchange.is_gone() || !(is_dismissed || comes_of_leaving(raised.exception()))) {
    Handling const handling(gil, raised);
    log_.exception("Error handling request {}\n{}", exchange.line(), raised.traceback(gil));
  }
  exchange.fail(gil, {500, ""});
}

}  // namespace python::asgi
