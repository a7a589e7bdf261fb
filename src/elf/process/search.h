// Where the objects are that others need: names become open files.
#pragma once

#include <optional>
#include <string>

#include "base/fd.h"
#include "elf/process/object.h"

namespace elf {

// The executable has it, but offers it only to objects that ask for it by this name (exports.h).
inline constexpr std::string_view kZlib = "libz.so.1";

// Whether a needed name means the executable: the C library in all its pieces, Python's, zlib.
bool is_provided_by_executable(std::string_view name);

// An open file, which is the object or holds it.
struct FoundFile {
  base::Fd file;
  std::string path;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;

  Source source() const { return {file.get(), offset, size}; }
};

// Objects that are no files of their own. Defined by whoever carries some (src/bundle/process).
std::optional<FoundFile> find_embedded(std::string const& path);

// Whatever lies at the path.
base::Result<FoundFile> open_object(std::string const& path);

// A name with a slash is a path. Others are looked for in LD_LIBRARY_PATH, in the search paths of the object that
// needs it and of those that needed that, and in /lib, /usr/local/lib, /usr/lib: the order of musl.
base::Result<FoundFile> find_object(std::string_view name, Object const* needed_by);

}  // namespace elf
