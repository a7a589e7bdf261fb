#include "python/asgi/channel.h"

#include "python/api.h"

namespace python::asgi {
namespace {

struct Channel {
  PyObject ob_base;
  Exchange* exchange;  // null once the application has come to its end
  ChannelType::Shared const* shared;
};

Channel* as_channel(PyObject* self) {
  return reinterpret_cast<Channel*>(self);
}

Ref next_event(Gil const& gil, Channel* self) {
  if (self->exchange) return self->exchange->next_event(gil);
  return Ref::take(Py_BuildValue("{s:s}", "type", "http.disconnect"));
}

PyObject* receive(PyObject* self, PyObject*) {
  auto* const channel = as_channel(self);
  Ref event = next_event(Gil::held(), channel);
  if (event) return channel->shared->given.make(Gil::held(), std::move(event)).release();
  return PyErr_Occurred() ? nullptr : PyObject_CallOneArg(channel->shared->receive_later.get(), self);
}

PyObject* send(PyObject* self, PyObject* event) {
  auto* const channel = as_channel(self);
  if (!channel->exchange) {
    PyErr_SetString(PyExc_RuntimeError, "the request this send() belongs to is over");
    return nullptr;
  }
  if (!channel->exchange->perform(Gil::held(), event)) {
    if (!PyErr_Occurred()) PyErr_SetString(channel->shared->client_disconnected.get(), "the client has left");
    return nullptr;
  }
  if (channel->exchange->is_full()) return PyObject_CallOneArg(channel->shared->send_later.get(), self);
  return Py_NewRef(channel->shared->given.none());
}

// None: there is none yet.
PyObject* event(PyObject* self, PyObject*) {
  Ref event = next_event(Gil::held(), as_channel(self));
  if (event || PyErr_Occurred()) return event.release();
  Py_RETURN_NONE;
}

PyObject* is_full(PyObject* self, PyObject*) {
  auto const* const exchange = as_channel(self)->exchange;
  return PyBool_FromLong(exchange && exchange->is_full());
}

PyObject* change(PyObject* self, PyObject*) {
  auto* const channel = as_channel(self);
  if (channel->exchange) return channel->exchange->change(Gil::held(), channel->shared->loop.get()).release();
  PyErr_SetString(PyExc_RuntimeError, "the request is over");
  return nullptr;
}

PyObject* returned(PyObject* self, PyObject*) {
  if (auto* const exchange = as_channel(self)->exchange) exchange->tell_returned(Gil::held());
  Py_RETURN_NONE;
}

void destroy(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_Free(self);
  Py_DECREF(type);
}

PyMethodDef returned_method = {"returned", returned, METH_O, nullptr};

PyMethodDef methods[] = {{"receive", receive, METH_NOARGS, nullptr}, {"send", send, METH_O, nullptr},
                         {"event", event, METH_NOARGS, nullptr},     {"is_full", is_full, METH_NOARGS, nullptr},
                         {"change", change, METH_NOARGS, nullptr},   {}};

PyType_Slot slots[] = {
    {Py_tp_methods, methods},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {},
};

PyType_Spec spec = {"monoceros.Channel", sizeof(Channel), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots};

}  // namespace

Outcome<ChannelType> ChannelType::create(Gil const& gil, Ref loop, PyObject* later) {
  auto const find = [&](char const* name) { return checked(gil, PyObject_GetAttrString(later, name)); };
  auto shared =
      std::make_shared<Shared>(Shared{std::move(loop), PY_TRY(find("receive_later")), PY_TRY(find("send_later")),
                                      PY_TRY(find("ClientDisconnected")), PY_TRY(GivenType::create(gil))});
  return ChannelType(PY_TRY(checked(gil, PyType_FromSpec(&spec))), std::move(shared));
}

Ref ChannelType::make(Gil const&, Exchange& exchange) const {
  auto* const made = PyObject_New(Channel, reinterpret_cast<PyTypeObject*>(type_.get()));
  if (made) {
    made->exchange = &exchange;
    made->shared = shared_.get();
  }
  return Ref::take(reinterpret_cast<PyObject*>(made));
}

void ChannelType::detach(Gil const&, PyObject* channel) {
  as_channel(channel)->exchange = nullptr;
}

Ref ChannelType::returned(Gil const&, PyObject* channel) {
  return Ref::take(PyCFunction_New(&returned_method, channel));
}

}  // namespace python::asgi
