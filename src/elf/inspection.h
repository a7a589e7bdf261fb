// Whether an object file could be loaded into a program like this one, found out without running anything of it.
#pragma once

#include <string>

#include "elf/dynamic.h"

namespace elf {

// A file mapped and read, not yet relocated.
struct Opened {
  Image image;
  Dynamic dynamic;

  // Errors say what is wrong with the file, without its name.
  static base::Result<Opened> read(Source const&);
};

// An error, a sentence with the file's name, if it is none: for another processor or C library, damaged, not readable.
// Whether what it needs is there is not looked at.
base::Result<void> inspect(std::string const& path);

}  // namespace elf
