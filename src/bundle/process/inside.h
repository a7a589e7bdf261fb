// What a path means that a function of the C library is given: something of this bundle, or something elsewhere, of
// which the C library knows. In a program that is no bundle everything is elsewhere, at the cost of one branch.
#pragma once

#include <sys/stat.h>

#include "bundle/archive.h"

namespace bundle {

struct Inside {
  enum class Kind { elsewhere, missing, file, folder } kind = Kind::elsewhere;
  int error = 0;  // of `missing`: ENOENT, or ENOTDIR where a file is named as a folder
  Entry entry = {};

  explicit operator bool() const { return kind != Kind::elsewhere; }
  bool exists() const { return kind == Kind::file || kind == Kind::folder; }
};

// `path` may be null.
Inside look_inside(char const* path);

// Sets errno; -1.
int refuse(int error);

// What stat() says of it: read-only, of nobody, as old as the archive says.
struct stat status_of(Inside const&);

// A descriptor of the content, or -1 with errno: a file in memory that nobody can change. `flags` as open() has them.
int open_inside(Inside const&, int flags);

}  // namespace bundle
