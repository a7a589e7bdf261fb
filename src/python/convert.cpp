#include "python/convert.h"

#include "python/api.h"

namespace python {

Ref from_latin1(Gil const&, std::string_view text) {
  return Ref::take(PyUnicode_DecodeLatin1(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
}

Ref from_utf8(Gil const&, std::string_view text) {
  return Ref::take(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape"));
}

Ref empty_list(Gil const&) {
  return Ref::take(PyList_New(0));
}

bool append(Gil const& gil, PyObject* list, std::string_view text) {
  Ref const item = from_utf8(gil, text);
  return item && PyList_Append(list, item.get()) == 0;
}

std::string to_utf8(Gil const& gil, PyObject* text) {
  Ref const bytes = Ref::take(PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace"));
  if (!bytes) {
    PyErr_Clear();
    return {};
  }
  return std::string(view_of(gil, bytes.get()));
}

std::optional<std::string_view> latin1_bytes(Gil const&, PyObject* text) {
  if (PyUnicode_KIND(text) != PyUnicode_1BYTE_KIND) return std::nullopt;
  return std::string_view(reinterpret_cast<char const*>(PyUnicode_1BYTE_DATA(text)),
                          static_cast<std::size_t>(PyUnicode_GET_LENGTH(text)));
}

std::string_view view_of(Gil const&, PyObject* bytes) {
  return {PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))};
}

}  // namespace python
