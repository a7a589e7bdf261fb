// What a connection still has to send. Bytes go straight to the transport while it takes them; only what it does not
// take is copied and kept, in order, until it does. One thread at a time.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <variant>

#include "base/fd.h"
#include "base/result.h"
#include "http/transport.h"

namespace http {

class Outbox {
 public:
  // closed: the peer is gone and nothing more can be sent.
  enum class Status { sent, pending, closed };

  // Sends the pieces, or keeps what the transport does not take now.
  Status write(Transport& transport, std::span<iovec> pieces);

  // Sends `count` bytes of `file` from `offset` by sendfile(2), or encrypted piece by piece; the descriptor is
  // duplicated if that takes longer. A file that ends early closes the connection: the promised length cannot be kept.
  Status send_file(Transport& transport, int file, off_t offset, std::size_t count);

  // Goes on with what was kept.
  Status flush(Transport& transport);

  bool is_empty() const { return kept_.empty(); }

  // Grows whenever something of what was kept goes out.
  std::uint64_t sent() const { return sent_; }

  // Bytes held in memory.
  std::size_t buffered() const { return buffered_; }

 private:
  struct Bytes {
    std::unique_ptr<char[]> data;
    std::size_t begin, end;
  };
  struct FilePart {
    base::Fd file;
    off_t offset;
    std::size_t count;
  };

  void keep(std::span<iovec const> pieces);
  Status flush_bytes(Transport& transport, Bytes&);
  Status flush_file(Transport& transport, int file, off_t& offset, std::size_t& count);

  std::deque<std::variant<Bytes, FilePart>> kept_;
  std::size_t buffered_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace http
