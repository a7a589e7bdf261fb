#include "log/output.h"

#include <fcntl.h>
#include <limits.h>

#include <array>
#include <format>

namespace logging {

using base::sys::FileKind;
using base::sys::Transfer;

namespace {

base::Result<base::Fd> open_to_append(std::string const& path) {
  // O_NONBLOCK matters to FIFOs only: a regular file never makes its writer wait for a reader.
  return base::sys::open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, 0644);
}

}  // namespace

base::Result<std::unique_ptr<Output>> Output::open_file(std::string const& path) {
  return std::unique_ptr<Output>(new Output(path, TRY(open_to_append(path)), Manner::write));
}

// O_NONBLOCK belongs to the open file description, which a pipe or terminal shares with whoever started us: setting it
// there would break a shell or a sibling container. A description of our own comes from opening it anew through /proc;
// that may be refused (no /proc, a pipe made by another user).
base::Result<std::unique_ptr<Output>> Output::open_stream(int stream) {
  auto const make = [](base::Fd descriptor, Manner manner) {
    return std::unique_ptr<Output>(new Output("", std::move(descriptor), manner));
  };
  auto const kind = base::sys::kind_of(stream);
  if (!kind) return make(TRY(base::sys::open("/dev/null", O_WRONLY)), Manner::write);  // started with it closed
  if (*kind == FileKind::socket) return make(TRY(base::sys::duplicate(stream)), Manner::send);
  if (*kind != FileKind::pipe && *kind != FileKind::terminal) {
    return make(TRY(base::sys::duplicate(stream)), Manner::write);
  }
  auto reopened = base::sys::open(std::format("/proc/self/fd/{}", stream), O_WRONLY | O_NONBLOCK | O_NOCTTY);
  if (reopened) return make(std::move(*reopened), Manner::write);
  return make(TRY(base::sys::duplicate(stream)), Manner::poll_first);
}

base::Result<void> Output::reopen() {
  if (path_.empty()) return {};
  auto const file = TRY(open_to_append(path_));
  return base::sys::duplicate_onto(file.get(), descriptor_.get());
}

bool Output::write_line(std::string_view line) {
  bool const was_torn = is_torn_.load(std::memory_order_relaxed);
  auto const piece = [](std::string_view text) { return iovec{const_cast<char*>(text.data()), text.size()}; };
  std::array const pieces = {piece(was_torn ? "\n" : ""), piece(line), piece("\n")};
  auto const sent = transfer(pieces);
  if (sent.kind != Transfer::Kind::done) return false;
  bool const is_whole = sent.bytes == was_torn + line.size() + 1;
  if (was_torn || !is_whole) is_torn_.store(!is_whole, std::memory_order_relaxed);
  return is_whole;
}

Transfer Output::transfer(std::span<iovec const> pieces) {
  if (manner_ == Manner::send) return base::sys::send_now(descriptor_.get(), pieces);
  if (manner_ == Manner::poll_first) {
    // A pipe that polls writable takes PIPE_BUF bytes; a longer line waits for its reader at worst.
    pollfd asked{.fd = descriptor_.get(), .events = POLLOUT, .revents = 0};
    auto const ready = base::sys::poll({&asked, 1}, base::Duration::zero());
    if (!ready || !*ready) return {Transfer::Kind::again};
  }
  return base::sys::write_now(descriptor_.get(), pieces);
}

}  // namespace logging
