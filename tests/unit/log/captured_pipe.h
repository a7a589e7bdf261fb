// Puts a pipe in the place of a standard stream for the life of the object.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace logging {

class CapturedPipe {
 public:
  explicit CapturedPipe(int stream) : stream_(stream), saved_(::dup(stream)) {
    int ends[2];
    if (::pipe(ends) != 0) ::abort();
    read_end_ = ends[0];
    ::dup2(ends[1], stream);
    ::close(ends[1]);
    ::fcntl(read_end_, F_SETFL, O_NONBLOCK);
  }
  ~CapturedPipe() {
    ::dup2(saved_, stream_);
    ::close(saved_);
    ::close(read_end_);
  }

  // What the pipe holds now; at most one read.
  std::string read(std::size_t limit = 1 << 20) {
    std::string text(limit, '\0');
    auto const count = ::read(read_end_, text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }

  std::string read_all() {
    std::string all;
    for (std::string piece; !(piece = read()).empty();) all += piece;
    return all;
  }

 private:
  int stream_;
  int saved_;
  int read_end_ = -1;
};

}  // namespace logging
