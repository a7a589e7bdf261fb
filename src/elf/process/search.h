// Where the objects are that others need: names become open files.
#pragma once

#include "base/fd.h"
#include "elf/process/object.h"

namespace elf {

// Whether a needed name means the executable: the C library in all its pieces, and Python's.
bool is_provided_by_executable(std::string_view name);

struct FoundFile {
  base::Fd file;
  std::string path;
};

// A name with a slash is a path. Others are looked for in LD_LIBRARY_PATH, in the search paths of the object that
// needs it and of those that needed that, and in /lib, /usr/local/lib, /usr/lib: the order of musl.
base::Result<FoundFile> find_object(std::string_view name, Object const* needed_by);

}  // namespace elf
