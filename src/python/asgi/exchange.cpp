#include "python/asgi/exchange.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "http/status.h"
#include "http/substitute.h"
#include "log/escape.h"
#include "python/added_field.h"
#include "python/api.h"
#include "python/asgi/events.h"
#include "python/convert.h"

namespace python::asgi {
namespace {

constexpr std::size_t kPiece = 256 * 1024;  // of content that is given at once

bool is_head(http::Connection const& connection) {
  auto const& request = connection.request();
  return request.text(request.method) == "HEAD";
}

Ref content_event(Gil const&, std::string_view content, bool more) {
  return Ref::take(Py_BuildValue("{s:s, s:y#, s:O}", "type", "http.request", "body", content.data(),
                                 static_cast<Py_ssize_t>(content.size()), "more_body", more ? Py_True : Py_False));
}

}  // namespace

void Exchange::begin(http::Connection& connection, Ref channel, base::Instant now) {
  connection_ = &connection;
  response_.begin(connection.request());
  started_ = now;
  channel_ = std::move(channel);
  is_answered_ = is_gone_ = is_dismissed = false;
  has_content_ = true;
  given_ = 0;
}

http::Connection* Exchange::release(Gil const& gil) {
  if (task) line_ = line();
  wake(gil);
  piece_ = {};
  request_object = {};
  return std::exchange(connection_, nullptr);
}

std::string Exchange::line() const {
  if (!connection_) return line_;
  auto const& request = connection_->request();
  return logging::escaped(request.text(request.method)) + " " + logging::escaped(request.text(request.target));
}

void Exchange::on_gone(Gil const& gil) {
  is_gone_ = true;
  wake(gil);
}

void Exchange::end(Gil const& gil) {
  wake(gil);
  channel_ = {};
  task = {};
  term = {};
}

void Exchange::fail(Gil const& gil, http::Refusal const& refusal) {
  if (is_answered_) return;
  response_.forbid_persistence();
  if (is_gone_)
    connection_->cut_off();
  else
    http::substitute(*connection_, response_, refusal);
  complete(gil);
}

void Exchange::complete(Gil const& gil) {
  is_answered_ = true;
  owner_.on_answered(gil, *this);
}

Ref Exchange::next_event(Gil const& gil) {
  if (is_gone_ || is_answered_) return Ref::take(Py_BuildValue("{s:s}", "type", "http.disconnect"));
  if (!has_content_) return {};
  auto const piece = next_piece();
  return content_event(gil, piece, has_content_);
}

// All of the content is here: none of this waits for the client.
std::string_view Exchange::next_piece() {
  if (auto const whole = connection_->body()) {
    auto const piece = whole->substr(given_, kPiece);
    given_ += piece.size();
    has_content_ = given_ < whole->size();
    return piece;
  }
  piece_.resize(kPiece);
  std::size_t filled = 0;
  while (filled < kPiece) {
    auto const count = connection_->take_content(std::span(piece_).subspan(filled), {});
    if (!count || *count == 0) break;
    filled += *count;
  }
  has_content_ = filled == kPiece && connection_->content_left().value_or(0) > 0;
  return std::string_view(piece_).substr(0, filled);
}

bool Exchange::perform(Gil const& gil, PyObject* event) {
  PyObject* const type = type_of(event);
  if (!type) return false;
  if (is(type, "http.response.body")) return add_content(gil, event);
  if (is(type, "http.response.start")) return start(gil, event);
  if (is(type, "http.response.pathsend")) return send_file(gil, event);
  if (is(type, "http.response.early_hint")) return send_hints(gil, event);
  PyErr_Format(PyExc_ValueError, "an event of type %R cannot be sent in answer to a request", type);
  return false;
}

bool Exchange::start(Gil const& gil, PyObject* event) {
  if (is_answered_) return refuse("the answer is complete: another http.response.start cannot follow");
  if (response_.has_status()) return refuse("the answer has begun: another http.response.start cannot follow");
  PyObject* const status = value_of(event, "status");
  long const code = status ? PyLong_AsLong(status) : 0;
  if (code == -1 && PyErr_Occurred()) return false;
  if (code < 200 || code > 999) {
    PyErr_Format(PyExc_ValueError, "http.response.start takes a \"status\" from 200 to 999, not %R",
                 status ? status : Py_None);
    return false;
  }
  response_.set_status(static_cast<int>(code), http::status_line(static_cast<int>(code)));
  PyObject* const fields = value_of(event, "headers");
  return !fields || fields == Py_None || add_fields(gil, fields);
}

bool Exchange::add_fields(Gil const& gil, PyObject* fields) {
  Ref const list = Ref::take(PySequence_Fast(fields, "\"headers\" must be a list of pairs of bytes"));
  for (Py_ssize_t i = 0; list && i < PySequence_Fast_GET_SIZE(list.get()); ++i) {
    PyObject* const given = PySequence_Fast_GET_ITEM(list.get(), i);
    Ref const pair = Ref::take(PySequence_Fast(given, "a header must be a pair of bytes"));
    if (!pair) return false;
    bool const is_pair = PySequence_Fast_GET_SIZE(pair.get()) == 2;
    PyObject* const name = is_pair ? PySequence_Fast_GET_ITEM(pair.get(), 0) : Py_None;
    PyObject* const value = is_pair ? PySequence_Fast_GET_ITEM(pair.get(), 1) : Py_None;
    if (!PyBytes_Check(name) || !PyBytes_Check(value)) {
      PyErr_Format(PyExc_TypeError, "a header must be a pair of bytes, not %R", given);
      return false;
    }
    if (!was_added(response_.add_field(view_of(gil, name), view_of(gil, value)), name, value)) return false;
  }
  return list && true;
}

bool Exchange::may_add_content(Gil const&, char const* type) {
  if (response_.has_status() && !is_answered_) return true;
  PyErr_Format(
      PyExc_RuntimeError,
      is_answered_ ? "the answer is complete: another %s cannot follow" : "http.response.start must come before %s",
      type);
  return false;
}

// What would go to a client that has left goes nowhere. An application that would go on for long is told so; one that
// is done anyway is left alone.
bool Exchange::add_content(Gil const& gil, PyObject* event) {
  if (!may_add_content(gil, "http.response.body")) return false;
  PyObject* const body = value_of(event, "body");
  PyObject* const more = value_of(event, "more_body");
  int const goes_on = more ? PyObject_IsTrue(more) : 0;
  if (goes_on < 0) return false;
  Bytes const content(body);
  if (body && !content.is_good()) return false;
  auto const bytes = body ? content.view() : std::string_view();
  auto& connection = *connection_;
  if (!response_.head_is_sent()) (void)connection.claim_answer();
  if (!goes_on) {
    bool const is_all = !response_.head_is_sent() && !(bytes.empty() && is_head(connection));
    if (is_all) response_.set_known_length(bytes.size());
    if (!bytes.empty() || !response_.head_is_sent()) response_.write(connection, bytes);
    response_.finish(connection);
    complete(gil);
    return true;
  }
  auto const status =
      bytes.empty() && response_.head_is_sent() ? connection.output_status() : response_.write(connection, bytes);
  connection.let_go();
  if (status == http::Outbox::Status::closed && !is_gone_) on_gone(gil);
  if (is_full()) tell_full(gil);
  return !is_gone_;
}

// The extension "http.response.pathsend".
bool Exchange::send_file(Gil const& gil, PyObject* event) {
  if (!may_add_content(gil, "http.response.pathsend")) return false;
  PyObject* encoded = nullptr;
  PyObject* const path = value_of(event, "path");
  if (!path) return PyErr_SetString(PyExc_ValueError, "http.response.pathsend takes a \"path\""), false;
  if (!PyUnicode_FSConverter(path, &encoded)) return false;
  Ref const name = Ref::take(encoded);
  base::Fd const file(::open(PyBytes_AS_STRING(name.get()), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat found;
  if (!file || ::fstat(file.get(), &found) != 0)
    return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path), false;
  if (!S_ISREG(found.st_mode)) return PyErr_Format(PyExc_OSError, "%R is not a regular file", path), false;
  auto& connection = *connection_;
  if (!response_.head_is_sent()) (void)connection.claim_answer();
  response_.write_file(connection, file.get(), 0, static_cast<std::size_t>(found.st_size));
  response_.finish(connection);
  complete(gil);
  return true;
}

// The extension "http.response.early_hint": values of Link fields, for a 103 (RFC 8297).
bool Exchange::send_hints(Gil const& gil, PyObject* event) {
  if (is_answered_ || response_.head_is_sent()) return refuse("the answer has begun: early hints come before it");
  PyObject* const links = value_of(event, "links");
  Ref const list = Ref::take(links ? PySequence_Fast(links, "\"links\" must be a list of bytes") : nullptr);
  if (!list) return PyErr_Occurred() ? false : refuse("http.response.early_hint takes \"links\"");
  response_.clear_early_hints();
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.get()); ++i) {
    PyObject* const link = PySequence_Fast_GET_ITEM(list.get(), i);
    bool const is_good =
        PyBytes_Check(link) && response_.add_early_hint("Link", view_of(gil, link)) == http::Response::Added::yes;
    if (!is_good)
      return PyErr_Format(PyExc_ValueError, "an early hint must be bytes of a Link header, not %R", link), false;
  }
  response_.send_early_hints(*connection_);
  return true;
}

// Memory is for clients that are slow now and then: an application that has more to say than they take waits.
bool Exchange::is_full() const {
  return !is_gone_ && !is_answered_ && connection_->output_status() == http::Outbox::Status::pending;
}

Ref Exchange::change(Gil const&, PyObject* loop) {
  Ref future = Ref::take(PyObject_CallMethod(loop, "create_future", nullptr));
  if (future) changes_.push_back(future.copy());
  return future;
}

// Whoever waits looks again.
void Exchange::wake(Gil const&) {
  for (auto const& future : std::exchange(changes_, {})) {
    Ref const done = Ref::take(PyObject_CallMethod(future.get(), "done", nullptr));
    if (done && !PyObject_IsTrue(done.get())) Ref::take(PyObject_CallMethod(future.get(), "set_result", "O", Py_None));
    PyErr_Clear();
  }
}

}  // namespace python::asgi
