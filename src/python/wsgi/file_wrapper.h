// wsgi.file_wrapper (PEP 3333): an iterable over a file that the server may send by other means when it is returned
// unread, as sendfile(2).
#pragma once

#include <sys/types.h>

#include <optional>

#include "python/raised.h"

namespace python::wsgi {

class FileWrapperType {
 public:
  static Outcome<FileWrapperType> create(Gil const&);

  PyObject* type() const { return type_.get(); }
  bool is_instance(PyObject* object) const;

  // What is left of a regular file behind `wrapper`, from its present position; nothing for anything else.
  struct Rest {
    int descriptor;
    off_t offset;
    std::size_t count;
  };
  std::optional<Rest> regular_file(Gil const&, PyObject* wrapper) const;

 private:
  FileWrapperType(Ref type, Ref raw, Ref reader, Ref random)
      : type_(std::move(type)), raw_(std::move(raw)), reader_(std::move(reader)), random_(std::move(random)) {}
  bool reads_its_descriptor(PyObject* file) const;

  Ref type_;
  Ref raw_, reader_, random_;  // the types of Python's own binary files: io.FileIO, BufferedReader, BufferedRandom
};

}  // namespace python::wsgi
