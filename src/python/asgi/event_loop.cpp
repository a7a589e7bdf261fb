#include "python/asgi/event_loop.h"

#include "python/api.h"

namespace python::asgi {
namespace {

Outcome<Ref> beating(Gil const& gil, std::function<void()> beat) {
  return checked(gil, make_function(gil, [beat = std::move(beat)](Gil const&) { beat(); }).release());
}

}  // namespace

Outcome<EventLoop> EventLoop::create(Gil const& gil, Kind kind, base::Duration pause) {
  static constexpr char const* kNames[] = {"auto", "asyncio", "uvloop"};
  Ref const code = PY_TRY(checked(gil, PyImport_ImportModule("monoceros.asgi")));
  Ref life = PY_TRY(checked(gil, PyObject_CallMethod(code.get(), "Life", "sd", kNames[static_cast<int>(kind)],
                                                     std::chrono::duration<double>(pause).count())));
  Ref loop = PY_TRY(checked(gil, PyObject_GetAttrString(life.get(), "loop")));
  return EventLoop(std::move(life), std::move(loop));
}

Outcome<Ref> EventLoop::start(Gil const& gil, PyObject* application, Lifespan lifespan,
                              std::function<void()> beat) const {
  Ref const beats = PY_TRY(beating(gil, std::move(beat)));
  static constexpr char const* kNames[] = {"auto", "on", "off"};
  return checked(gil, PyObject_CallMethod(life_.get(), "start", "OsO", application, kNames[static_cast<int>(lifespan)],
                                          beats.get()));
}

Outcome<void> EventLoop::run(Gil const& gil, int descriptor, PyObject* turn) const {
  return finished(checked(gil, PyObject_CallMethod(life_.get(), "run", "iO", descriptor, turn)));
}

void EventLoop::stop(Gil const&) const {
  if (!Ref::take(PyObject_CallMethod(loop_.get(), "stop", nullptr))) PyErr_Clear();
}

Ref EventLoop::call_later(Gil const&, base::Duration delay, PyObject* call) const {
  auto const seconds = std::chrono::duration<double>(delay).count();
  Ref handle = Ref::take(PyObject_CallMethod(loop_.get(), "call_later", "dO", seconds, call));
  if (!handle) PyErr_Clear();
  return handle;
}

void EventLoop::cancel(Gil const&, PyObject* handle) {
  if (!Ref::take(PyObject_CallMethod(handle, "cancel", nullptr))) PyErr_Clear();
}

Outcome<void> EventLoop::finish(Gil const& gil, bool at_once, std::function<void()> beat) const {
  Ref const beats = PY_TRY(beating(gil, std::move(beat)));
  return finished(
      checked(gil, PyObject_CallMethod(life_.get(), "finish", "OO", at_once ? Py_True : Py_False, beats.get())));
}

}  // namespace python::asgi
