// What a connection still has to send. Bytes go straight to the transport while it takes them; only what it does not
// take is copied and kept, in order, until it does: in memory, and beyond a limit, or once the account of all
// connections is full, in a file of the spool. One thread at a time.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <variant>

#include "base/fd.h"
#include "base/result.h"
#include "http/buffer_pool.h"
#include "http/transport.h"

namespace http {

class Outbox {
 public:
  // closed: the peer is gone and nothing more can be sent.
  enum class Status { sent, pending, closed };

  // `pool` outlives the outbox.
  explicit Outbox(BufferPool& pool) : pool_(pool), charge_(pool.account()), spooled_(pool.spooled_answers()) {}

  // Sends the pieces, or keeps what the transport does not take now.
  Status write(Transport& transport, std::span<iovec> pieces);

  // Keeps pieces to be sent with what follows them, by the next write() or flush(). Where they are the first they get
  // `room`, for those to come.
  void hold(std::span<iovec const> pieces, std::size_t room = kBlock);

  // Sends `count` bytes of `file` from `offset` by sendfile(2), or encrypted piece by piece; the descriptor is
  // duplicated if that takes longer. A file that ends early closes the connection: the promised length cannot be kept.
  Status send_file(Transport& transport, int file, off_t offset, std::size_t count);

  // Goes on with what was kept.
  Status flush(Transport& transport);

  bool is_empty() const { return kept_.empty(); }

  // Bytes that the transport has taken so far, since the connection began.
  std::uint64_t sent() const { return sent_; }

  // Bytes held in memory, and how many it should be at most.
  std::size_t buffered() const { return buffered_; }
  std::size_t limit() const;
  // More are, and the spool has no room for what follows: whoever sends should wait for the peer.
  bool is_full() const { return overflows_ && buffered_ > limit(); }

 private:
  static constexpr std::size_t kBlock = 16 * 1024;

  struct Bytes {
    std::unique_ptr<char[]> data;
    std::size_t begin, end, capacity;
  };
  struct FilePart {
    base::Fd file;
    off_t offset;
    std::size_t count;
  };
  struct SpooledPart {
    Spool::File file;
    off_t offset = 0;
    std::size_t count = 0;
    std::size_t charged = 0;
    bool takes_more = true;
  };

  bool fits(std::span<iovec const> pieces) const;
  void keep(std::string_view piece, std::size_t room);
  bool keep_in_file(std::string_view piece);
  void forget_first();
  Status flush_bytes(Transport& transport, Bytes&);
  Status flush_file(Transport& transport, int file, off_t& offset, std::size_t& count);

  BufferPool& pool_;
  std::list<std::variant<Bytes, FilePart, SpooledPart>> kept_;
  Charge charge_;   // of what kept_ has allocated in memory
  Charge spooled_;  // of what it has written to the spool
  std::size_t buffered_ = 0;
  bool overflows_ = false;  // the last piece should have gone to a file
  std::uint64_t sent_ = 0;
};

}  // namespace http
