// Standard output and error of this process, and what they were before they were captured into a file.
#pragma once

#include "base/fd.h"
#include "base/result.h"

namespace logging {

enum class Stream : int { standard_output = 1, standard_error = 2 };

class StandardStreams {
 public:
  // What `stream` is without any capture.
  int descriptor(Stream stream) const;

  // From now on whatever is written to either goes to `file`.
  base::Result<void> capture(int file);
  // Both are again what they were.
  base::Result<void> release();
  // What they are now is what they were.
  void forget();

 private:
  base::Fd output_, error_;  // while captured: what they were
};

}  // namespace logging
