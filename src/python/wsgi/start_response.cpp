#include "python/wsgi/start_response.h"

#include <structmember.h>

#include <array>

#include "base/strings.h"
#include "python/added_field.h"
#include "python/api.h"
#include "python/convert.h"
#include "python/wsgi/wait_for_client.h"

namespace python::wsgi {

// The names of fields that applications give, by the objects they are: most write them as literals, so that each is one
// object for good and is looked at once. With the lock.
class KnownNames {
 public:
  http::FieldName find(Gil const&, PyObject* object, std::string_view text) {
    auto& known = names_[(reinterpret_cast<std::uintptr_t>(object) >> 4) % names_.size()];
    if (known.object.get() != object) {
      known = {Ref::share(object), http::FieldName::of(text)};
    }
    return known.name;
  }

 private:
  struct Known {
    Ref object;
    http::FieldName name;  // its text
  };
  std::array<Known, 128> names_;
};

namespace {

struct StartResponse {
  PyObject ob_base;
  vectorcallfunc vectorcall;
  http::Connection* connection;  // null once the request is over
  http::Response* response;
  KnownNames* names;
  PyObject* write;  // once given out; it refers to us in turn
};

StartResponse* as_start_response(PyObject* self) {
  return reinterpret_cast<StartResponse*>(self);
}

bool is_over(StartResponse const* self) {
  if (self->connection) return false;
  PyErr_SetString(PyExc_RuntimeError, "the request this start_response belongs to is over");
  return true;
}

// Of "200 OK": three digits, a space and a phrase (RFC 9112 section 4); 0: it is none.
int code_of(std::string_view line) {
  bool const has_code = line.size() == 3 || (line.size() > 3 && line[3] == ' ');
  if (!has_code || !std::ranges::all_of(line.substr(0, 3), base::is_digit)) return 0;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

bool set_status(Gil const& gil, http::Response& response, PyObject* status) {
  auto const line = PyUnicode_Check(status) ? latin1_bytes(gil, status) : std::nullopt;
  auto const code = line ? code_of(*line) : 0;
  // RFC 9112 section 4; CR and LF would begin a field.
  auto const is_control = [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 127; };
  if (code < 100 || std::ranges::any_of(*line, is_control)) {
    PyErr_Format(PyExc_ValueError, "the status must be a str like '200 OK', not %R", status);
    return false;
  }
  if (code < 200 && code != 101) {
    PyErr_Format(PyExc_ValueError, "the status %R is not a final one (wsgi.early_hints sends 103)", status);
    return false;
  }
  response.set_status(code, *line);
  return true;
}

bool add_field(Gil const& gil, StartResponse* self, PyObject* pair) {
  if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
    if (PyList_Check(pair)) {  // not what PEP 3333 asks for, but Gunicorn takes it
      Ref const tuple = Ref::take(PyList_AsTuple(pair));
      return tuple && add_field(gil, self, tuple.get());
    }
    PyErr_Format(PyExc_TypeError, "a response header must be a tuple (name, value), not %R", pair);
    return false;
  }
  PyObject* const name = PyTuple_GET_ITEM(pair, 0);
  PyObject* const value = PyTuple_GET_ITEM(pair, 1);
  auto const name_bytes = PyUnicode_Check(name) ? latin1_bytes(gil, name) : std::nullopt;
  auto const value_bytes = PyUnicode_Check(value) ? latin1_bytes(gil, value) : std::nullopt;
  if (!name_bytes || !value_bytes) {
    PyErr_Format(PyExc_TypeError, "a response header must be two str of latin-1 characters, not %R", pair);
    return false;
  }
  return was_added(self->response->add_field(self->names->find(gil, name, *name_bytes), *value_bytes), name, value);
}

// PEP 3333: with exc_info headers may be replaced while they are not sent; once they are, the error is raised again.
bool may_set(http::Response const& response, PyObject* exc_info) {
  if (!exc_info || exc_info == Py_None) {
    if (!response.has_status()) return true;
    PyErr_SetString(PyExc_AssertionError, "Response headers already set!");
    return false;
  }
  if (!response.head_is_sent()) return true;
  if (PyTuple_Check(exc_info) && PyTuple_GET_SIZE(exc_info) == 3 &&
      PyExceptionInstance_Check(PyTuple_GET_ITEM(exc_info, 1)))
    PyErr_SetRaisedException(Py_NewRef(PyTuple_GET_ITEM(exc_info, 1)));
  else
    PyErr_SetString(PyExc_AssertionError, "Response headers already sent!");
  return false;
}

PyObject* write(PyObject* self, PyObject* data) {
  auto* const start = as_start_response(self);
  if (is_over(start)) return nullptr;
  switch (send_content(Gil::held(), *start->connection, *start->response, data, Piece::written)) {
    case Sent::yes:
      Py_RETURN_NONE;
    case Sent::gone:
      PyErr_SetString(PyExc_BrokenPipeError, "the client has closed the connection");
      return nullptr;
    case Sent::raised:
      return nullptr;
  }
  return nullptr;
}

PyMethodDef methods[] = {{"write", write, METH_O, "Sends bytes at once (PEP 3333, for old code)."}, {}};

PyObject* start(StartResponse* self, PyObject* status, PyObject* headers, PyObject* exc_info) {
  if (is_over(self) || !may_set(*self->response, exc_info)) return nullptr;
  auto const& gil = Gil::held();
  if (!set_status(gil, *self->response, status)) return nullptr;
  Ref const list = Ref::take(PySequence_Fast(headers, "the response headers must be a list"));
  if (!list) return nullptr;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.get()); ++i) {
    if (!add_field(gil, self, PySequence_Fast_GET_ITEM(list.get(), i))) return nullptr;
  }
  if (!self->write) self->write = PyCFunction_New(methods, reinterpret_cast<PyObject*>(self));
  return Py_XNewRef(self->write);
}

// start_response(status, headers, exc_info=None)
PyObject* call(PyObject* self, PyObject* const* arguments, std::size_t flags, PyObject* keywords) {
  Py_ssize_t count = PyVectorcall_NARGS(flags);
  PyObject* values[3] = {};
  static constexpr char const* kNames[] = {"status", "headers", "exc_info"};
  if (count > 3) {
    PyErr_Format(PyExc_TypeError, "start_response() takes 2 or 3 arguments (%zd given)", count);
    return nullptr;
  }
  std::copy_n(arguments, count, values);
  for (Py_ssize_t i = 0; keywords && i < PyTuple_GET_SIZE(keywords); ++i) {
    PyObject* const keyword = PyTuple_GET_ITEM(keywords, i);
    auto const* const name = std::find_if(std::begin(kNames), std::end(kNames), [&](char const* known) {
      return PyUnicode_CompareWithASCIIString(keyword, known) == 0;
    });
    auto const index = name - std::begin(kNames);
    if (index == 3 || values[index]) {
      PyErr_Format(PyExc_TypeError, "start_response() got an unexpected argument %R", keyword);
      return nullptr;
    }
    values[index] = arguments[count + i];
  }
  if (!values[0] || !values[1]) {
    PyErr_SetString(PyExc_TypeError, "start_response() needs a status and a list of headers");
    return nullptr;
  }
  return start(as_start_response(self), values[0], values[1], values[2]);
}

void destroy(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_Free(self);
  Py_DECREF(type);
}

PyMemberDef members[] = {
    {"__vectorcalloffset__", Py_T_PYSSIZET, offsetof(StartResponse, vectorcall), Py_READONLY, nullptr}, {}};

PyType_Slot slots[] = {
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {},
};

PyType_Spec spec = {
    "monoceros.StartResponse", sizeof(StartResponse), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_IMMUTABLETYPE,
    slots};

}  // namespace

Outcome<StartResponseType> StartResponseType::create(Gil const& gil) {
  return checked(gil, PyType_FromSpec(&spec)).transform([](Ref type) {
    return StartResponseType(std::move(type), std::make_shared<KnownNames>());
  });
}

Outcome<Ref> StartResponseType::make(Gil const& gil) const {
  auto* const made = PyObject_New(StartResponse, reinterpret_cast<PyTypeObject*>(type_.get()));
  if (made) {
    made->vectorcall = call;
    made->connection = nullptr;
    made->response = nullptr;
    made->names = names_.get();
    made->write = nullptr;
  }
  return checked(gil, reinterpret_cast<PyObject*>(made));
}

void StartResponseType::bind(Gil const&, PyObject* start_response, http::Connection& connection,
                             http::Response& response) {
  as_start_response(start_response)->connection = &connection;
  as_start_response(start_response)->response = &response;
}

void StartResponseType::detach(Gil const&, PyObject* start_response) {
  as_start_response(start_response)->connection = nullptr;
}

bool StartResponseType::is_free(PyObject* start_response) {
  auto* const write = as_start_response(start_response)->write;
  return Py_REFCNT(start_response) == (write ? 2 : 1) && (!write || Py_REFCNT(write) == 1);
}

void StartResponseType::let_go(Gil const&, Ref start_response) {
  Py_CLEAR(as_start_response(start_response.get())->write);
}

Sent send_content(Gil const& gil, http::Connection& connection, http::Response& response, PyObject* data, Piece piece) {
  if (!PyBytes_Check(data)) {
    PyErr_Format(PyExc_TypeError, "the application must yield bytes, not %s", Py_TYPE(data)->tp_name);
    return Sent::raised;
  }
  if (!response.has_status()) {
    PyErr_SetString(PyExc_AssertionError, "the application yielded content before it called start_response");
    return Sent::raised;
  }
  auto const bytes = view_of(gil, data);
  if (bytes.empty() && (piece != Piece::written || response.head_is_sent())) return Sent::yes;
  if (!response.head_is_sent() && !connection.claim_answer()) return response.forbid_persistence(), Sent::gone;
  auto status = response.write(connection, bytes, piece == Piece::one_of_several);
  if (status == http::Outbox::Status::pending && connection.output_is_full()) {
    WaitForClient const waiting(gil, response);
    status = connection.drain_to(connection.output_limit() / 2, response.pace());
  }
  connection.hold_pending();
  if (status == http::Outbox::Status::closed) return response.forbid_persistence(), Sent::gone;
  return Sent::yes;
}

}  // namespace python::wsgi
