#include "python/wsgi/client_socket.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

#include "python/api.h"
#include "python/convert.h"

namespace python::wsgi {
namespace {

constexpr double kSeemsToBlock = 2'000'000;  // seconds; the most that Python takes is some more

struct ClientSocket {
  PyObject ob_base;
  http::Connection* connection;  // null between requests
  http::Response* response;
  PyObject* socket;  // once asked for
};

ClientSocket* as_client(PyObject* self) {
  return reinterpret_cast<ClientSocket*>(self);
}

PyObject* real_socket(int descriptor) {
  int const own = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return PyErr_SetFromErrno(PyExc_OSError);
  Ref const module = Ref::take(PyImport_ImportModule("socket"));
  Ref const type = module ? Ref::take(PyObject_GetAttrString(module.get(), "socket")) : Ref();
  Ref const arguments = Ref::take(PyTuple_New(0));
  Ref const keywords = Ref::take(Py_BuildValue("{s:i}", "fileno", own));
  Ref socket =
      type && arguments && keywords ? Ref::take(PyObject_Call(type.get(), arguments.get(), keywords.get())) : Ref();
  if (!socket) {
    (void)::close(own);
    return nullptr;
  }
  Ref const set = Ref::take(PyObject_CallMethod(socket.get(), "settimeout", "d", kSeemsToBlock));
  return set ? socket.release() : nullptr;
}

PyObject* socket_of(ClientSocket* self) {
  if (self->socket) return self->socket;
  if (!self->connection) {
    PyErr_SetString(PyExc_RuntimeError, "the request this socket belongs to is over");
    return nullptr;
  }
  return self->socket = real_socket(self->connection->socket());
}

bool sends(std::string_view attribute) {
  constexpr std::array<std::string_view, 7> kSending = {"send",     "sendall", "sendmsg", "sendfile",
                                                        "makefile", "detach",  "dup"};
  return std::ranges::find(kSending, attribute) != kSending.end();
}

// Bytes of the application's own would end up between those of TLS.
bool would_bypass_tls(ClientSocket const* client, std::string_view attribute) {
  return client->connection && client->connection->tls() && (sends(attribute) || attribute.starts_with("recv"));
}

PyObject* attribute(PyObject* self, PyObject* name) {
  if (would_bypass_tls(as_client(self), to_utf8(Gil::held(), name))) {
    PyErr_Format(PyExc_NotImplementedError, "gunicorn.socket has no %U on a TLS connection", name);
    return nullptr;
  }
  PyObject* const socket = socket_of(as_client(self));
  if (!socket) return nullptr;
  if (as_client(self)->connection && sends(to_utf8(Gil::held(), name))) {
    as_client(self)->connection->let_go();
    as_client(self)->response->hand_over();
  }
  return PyObject_GetAttr(socket, name);
}

int set_attribute(PyObject* self, PyObject* name, PyObject* value) {
  PyObject* const socket = socket_of(as_client(self));
  return socket ? PyObject_SetAttr(socket, name, value) : -1;
}

PyObject* describe(PyObject* self) {
  auto* const socket = as_client(self)->socket;
  return socket ? PyObject_Repr(socket) : PyUnicode_FromString("<the client's socket, not used so far>");
}

void destroy(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  Py_CLEAR(as_client(self)->socket);
  PyObject_Free(self);
  Py_DECREF(type);
}

PyType_Slot slots[] = {
    {Py_tp_getattro, reinterpret_cast<void*>(attribute)},
    {Py_tp_setattro, reinterpret_cast<void*>(set_attribute)},
    {Py_tp_repr, reinterpret_cast<void*>(describe)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {},
};

PyType_Spec spec = {"monoceros.ClientSocket", sizeof(ClientSocket), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots};

}  // namespace

Outcome<ClientSocketType> ClientSocketType::create(Gil const& gil) {
  return checked(gil, PyType_FromSpec(&spec)).transform([](Ref type) { return ClientSocketType(std::move(type)); });
}

Outcome<Ref> ClientSocketType::make(Gil const& gil) const {
  auto* const made = PyObject_New(ClientSocket, reinterpret_cast<PyTypeObject*>(type_.get()));
  if (made) {
    made->connection = nullptr;
    made->response = nullptr;
    made->socket = nullptr;
  }
  return checked(gil, reinterpret_cast<PyObject*>(made));
}

void ClientSocketType::bind(Gil const&, PyObject* socket, http::Connection& connection, http::Response& response) {
  as_client(socket)->connection = &connection;
  as_client(socket)->response = &response;
}

void ClientSocketType::detach(Gil const&, PyObject* socket) {
  auto* const client = as_client(socket);
  int const descriptor = client->connection ? client->connection->socket() : -1;
  client->connection = nullptr;
  if (!client->socket) return;
  if (!Ref::take(PyObject_CallMethod(client->socket, "close", nullptr))) PyErr_Clear();
  // The application may have let it block.
  if (descriptor >= 0) (void)::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

bool ClientSocketType::is_used(PyObject* socket) {
  return as_client(socket)->socket != nullptr;
}

}  // namespace python::wsgi
