// Where the lines of a channel go: a standard stream or a file. A line is one system call, and the caller never waits
// for a reader: what a full pipe does not take is dropped and counted.
//
// May be used by any number of threads at once, and after fork: there is no lock and no buffer.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "base/sys.h"

namespace logging {

class Output {
 public:
  // Created when missing, appended to.
  static base::Result<std::unique_ptr<Output>> open_file(std::string const& path);
  // What `stream` is now; -1: nothing, what is written is gone.
  static base::Result<std::unique_ptr<Output>> open_stream(int stream);

  // Writes `line` and the newline after it. False when some of it was dropped.
  bool write_line(std::string_view line);

  // Opens the file again under its name, after it was rotated away. A stream stays as it is.
  base::Result<void> reopen();

  bool is_file() const { return !path_.empty(); }
  int descriptor() const { return descriptor_.get(); }

 private:
  // How the descriptor is kept from blocking: by its own O_NONBLOCK (or by being a file), by MSG_DONTWAIT, or by
  // asking poll() first where the open file description is shared with others who expect it to block.
  enum class Manner { write, send, poll_first };

  Output(std::string path, base::Fd descriptor, Manner manner)
      : path_(std::move(path)), descriptor_(std::move(descriptor)), manner_(manner) {}

  base::sys::Transfer transfer(std::span<iovec const> pieces);

  std::string path_;  // empty for a stream
  base::Fd descriptor_;
  Manner manner_;
  std::atomic<bool> is_torn_ = false;  // the last line lost its end: the next one starts on a new line
};

}  // namespace logging
