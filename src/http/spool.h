// Where bodies go that are too large for memory and that pipes do not hold: an unnamed file in the first directory that
// takes one. Where none does, as on an empty read-only root, a file in memory. What those hold counts as the
// container's memory, as does what lies in a tmpfs that nobody has chosen: both may grow to a limit. Any thread; one
// file is used by one thread at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace http {

struct SpoolOptions {
  // Asked first, whatever it is made of; may be empty.
  std::string chosen;
  // Then these, those whose files are in memory (tmpfs) last.
  std::vector<std::string> directories = {"/tmp", "/var/tmp"};
  // What they may hold together, where no directory takes them and in a tmpfs.
  std::size_t in_memory = 64 << 20;
  std::size_t in_tmpfs = 64 << 20;
  // What files that are kept for the next body may hold together.
  std::size_t kept = 128 << 20;
};

class Spool {
 public:
  explicit Spool(SpoolOptions options = {});
  Spool(Spool const&) = delete;
  Spool& operator=(Spool const&) = delete;

  // One body. Goes away with its content.
  class File {
   public:
    File() = default;
    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;
    ~File();

    explicit operator bool() const { return static_cast<bool>(file_); }
    int get() const { return file_.get(); }

    // Appends. The error tells where there was no room and how to make some.
    base::Result<void> write(std::string_view bytes);

   private:
    friend class Spool;
    File(base::Fd file, Spool& spool, std::string place, bool is_limited)
        : file_(std::move(file)), spool_(&spool), place_(std::move(place)), is_limited_(is_limited) {}

    base::Fd file_;
    Spool* spool_ = nullptr;
    std::string place_;        // empty: in memory
    bool is_limited_ = false;  // it takes memory
    std::size_t charged_ = 0;
  };

  base::Result<File> open();

  // Takes back a file that nobody reads any more, nor sends (sendfile(2) shares pages with the socket). A file system
  // needs more time to find room for a body, and to free it, than to take it: the next one overwrites this. A file in
  // memory is not kept.
  void keep(File file);

  // Lets go of files that were kept at the last call already and that no body has wanted since.
  void tidy();

  // Why no directory takes a file, one reason each.
  std::string why_in_memory() const;

 private:
  struct Spare {
    File file;
    std::size_t size;      // of the largest body it has held
    bool is_seen = false;  // by tidy()
  };

  std::optional<File> take_spare();

  SpoolOptions options_;
  std::atomic<std::size_t> in_use_ = 0;  // of memory
  std::mutex mutex_;
  std::vector<Spare> spares_;    // the latest last
  std::size_t spare_bytes_ = 0;  // of options_.kept
};

}  // namespace http
