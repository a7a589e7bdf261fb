#include "python/raised.h"

#include "python/api.h"
#include "python/convert.h"

// Exported by libpython for faulthandler; async-signal-safe.
extern "C" char const* _Py_DumpTracebackThreads(int descriptor, PyInterpreterState* interpreter,
                                                PyThreadState* current);

namespace python {
namespace {

std::string join_lines(Gil const& gil, PyObject* lines) {
  Ref const empty = Ref::take(PyUnicode_New(0, 0));
  Ref const joined = Ref::take(lines ? PyUnicode_Join(empty.get(), lines) : nullptr);
  if (!joined) {
    PyErr_Clear();
    return "(the traceback cannot be shown)\n";
  }
  return to_utf8(gil, joined.get());
}

}  // namespace

Raised Raised::take(Gil const&) {
  return Raised(Ref::take(PyErr_GetRaisedException()));
}

bool Raised::is(Gil const&, PyObject* type) const {
  return PyErr_GivenExceptionMatches(exception_.get(), type);
}

std::string Raised::traceback(Gil const& gil) const {
  Ref const module = Ref::take(PyImport_ImportModule("traceback"));
  Ref const lines =
      Ref::take(module ? PyObject_CallMethod(module.get(), "format_exception", "O", exception_.get()) : nullptr);
  return join_lines(gil, lines.get());
}

std::string Raised::summary(Gil const& gil) const {
  Ref const module = Ref::take(PyImport_ImportModule("traceback"));
  Ref const lines =
      Ref::take(module ? PyObject_CallMethod(module.get(), "format_exception_only", "O", exception_.get()) : nullptr);
  auto text = join_lines(gil, lines.get());
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

void Raised::put_back(Gil const&) && {
  PyErr_SetRaisedException(exception_.release());
}

Handling::Handling(Gil const&, Raised const& raised) : before_(Ref::take(PyErr_GetHandledException())) {
  PyErr_SetHandledException(raised.exception());
}

Handling::~Handling() {
  PyErr_SetHandledException(before_.get());
}

Outcome<Ref> checked(Gil const& gil, PyObject* result) {
  if (!result) return std::unexpected(Raised::take(gil));
  return Ref::take(result);
}

Outcome<void> finished(Outcome<Ref> result) {
  if (!result) return std::unexpected(std::move(result.error()));
  return {};
}

void dump_stacks(int descriptor) {
  _Py_DumpTracebackThreads(descriptor, nullptr, nullptr);
}

}  // namespace python
