// The bundle that this process runs from, if it is one. Opened once, before anything reads a file; constant from then
// on and for ever, so that any thread may ask it. The file stays open: when another takes its place (an upgrade), what
// was begun with goes on.
#pragma once

#include <string>

#include "base/fd.h"
#include "bundle/archive.h"

namespace bundle {

struct Own {
  std::string program;  // the executable's path, below which the entries are seen
  base::Fd file;
  Archive archive;
};

// Null in a program that is no bundle.
Own const* own();

// Looks behind the running executable for an archive. `program`: its absolute path without links; `called`: the path
// it was started by, for a system without /proc. An error is one sentence: the archive is damaged.
base::Result<void> open_own(std::string const& program, std::string const& called);

}  // namespace bundle
