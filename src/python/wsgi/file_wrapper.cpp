#include "python/wsgi/file_wrapper.h"

#include "python/api.h"

#include <structmember.h>
#include <sys/stat.h>

namespace python::wsgi {
namespace {

constexpr Py_ssize_t kDefaultBlock = 8192;

struct FileWrapper {
  PyObject ob_base;
  PyObject* file;
  Py_ssize_t block;
};

FileWrapper* as_wrapper(PyObject* self) {
  return reinterpret_cast<FileWrapper*>(self);
}

PyObject* create_wrapper(PyTypeObject* type, PyObject* arguments, PyObject* keywords) {
  static char const* names[] = {"filelike", "blksize", nullptr};
  PyObject* file;
  Py_ssize_t block = kDefaultBlock;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|n:FileWrapper", const_cast<char**>(names), &file, &block))
    return nullptr;
  PyObject* const self = type->tp_alloc(type, 0);
  if (!self) return nullptr;
  as_wrapper(self)->file = Py_NewRef(file);
  as_wrapper(self)->block = block;
  return self;
}

PyObject* next(PyObject* self) {
  Ref data = Ref::take(PyObject_CallMethod(as_wrapper(self)->file, "read", "n", as_wrapper(self)->block));
  if (!data) return nullptr;
  int const more = PyObject_IsTrue(data.get());
  return more > 0 ? data.release() : nullptr;
}

PyObject* close(PyObject* self, PyObject*) {
  PyObject* method;
  if (PyObject_GetOptionalAttrString(as_wrapper(self)->file, "close", &method) < 0) return nullptr;
  if (!method) Py_RETURN_NONE;
  Ref const owned = Ref::take(method);
  return PyObject_CallNoArgs(method);
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(as_wrapper(self)->file);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

int clear(PyObject* self) {
  Py_CLEAR(as_wrapper(self)->file);
  return 0;
}

void destroy(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {{"close", close, METH_NOARGS, "Closes the file."}, {}};

PyMemberDef members[] = {{"filelike", Py_T_OBJECT_EX, offsetof(FileWrapper, file), Py_READONLY, "The file."},
                         {"blksize", Py_T_PYSSIZET, offsetof(FileWrapper, block), Py_READONLY, "Bytes a read."},
                         {}};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(create_wrapper)},
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {Py_tp_iter, reinterpret_cast<void*>(PyObject_SelfIter)},
    {Py_tp_iternext, reinterpret_cast<void*>(next)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {},
};

PyType_Spec spec = {"monoceros.FileWrapper", sizeof(FileWrapper), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE, slots};

// A method's int result, or nothing when there is no such method or it fails (a BytesIO has no fileno()).
std::optional<long long> ask(PyObject* object, char const* method) {
  Ref const answer = Ref::take(PyObject_CallMethod(object, method, nullptr));
  long long const value = answer ? PyLong_AsLongLong(answer.get()) : -1;
  if (PyErr_Occurred()) {
    PyErr_Clear();
    return std::nullopt;
  }
  return value;
}

// What read() belongs to, where it is Python's own: also behind those that pass everything on, such as
// tempfile.NamedTemporaryFile and Django's File.
Ref reader_of(PyObject* file) {
  Ref read = Ref::take(PyObject_GetAttrString(file, "read"));
  if (read && !PyCFunction_Check(read.get())) read = Ref::take(PyObject_GetAttrString(read.get(), "__wrapped__"));
  if (!read) PyErr_Clear();
  PyObject* const owner = read && PyCFunction_Check(read.get()) ? PyCFunction_GetSelf(read.get()) : nullptr;
  return owner ? Ref::share(owner) : Ref();
}

bool is_exactly(PyObject* object, Ref const& type) {
  return Py_IS_TYPE(object, reinterpret_cast<PyTypeObject*>(type.get()));
}

}  // namespace

Outcome<FileWrapperType> FileWrapperType::create(Gil const& gil) {
  auto const io = PY_TRY(checked(gil, PyImport_ImportModule("_io")));
  auto const named = [&](char const* name) { return checked(gil, PyObject_GetAttrString(io.get(), name)); };
  return FileWrapperType(PY_TRY(checked(gil, PyType_FromSpec(&spec))), PY_TRY(named("FileIO")),
                         PY_TRY(named("BufferedReader")), PY_TRY(named("BufferedRandom")));
}

// What its descriptor holds is what reading it gives: not so for what decompresses or decodes.
bool FileWrapperType::reads_its_descriptor(PyObject* file) const {
  Ref const owner = reader_of(file);
  if (!owner) return false;
  if (is_exactly(owner.get(), raw_)) return true;
  if (!is_exactly(owner.get(), reader_) && !is_exactly(owner.get(), random_)) return false;
  Ref const raw = Ref::take(PyObject_GetAttrString(owner.get(), "raw"));
  if (!raw) PyErr_Clear();
  return raw && is_exactly(raw.get(), raw_);
}

bool FileWrapperType::is_instance(PyObject* object) const {
  return Py_TYPE(object) == reinterpret_cast<PyTypeObject*>(type_.get());
}

std::optional<FileWrapperType::Rest> FileWrapperType::regular_file(Gil const&, PyObject* wrapper) const {
  PyObject* const file = as_wrapper(wrapper)->file;
  if (!reads_its_descriptor(file)) return std::nullopt;
  auto const descriptor = ask(file, "fileno");
  if (!descriptor) return std::nullopt;
  struct stat status;
  if (::fstat(static_cast<int>(*descriptor), &status) < 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  auto const offset = ask(file, "tell");
  if (!offset || *offset >= status.st_size) return std::nullopt;  // the size of files in /proc is 0
  return Rest{static_cast<int>(*descriptor), *offset, static_cast<std::size_t>(status.st_size - *offset)};
}

}  // namespace python::wsgi
