#include "http/body.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "base/sys.h"

namespace http {
namespace {

constexpr std::size_t kFirstBlock = 16 * 1024;

// An unnamed file in TMPDIR or /tmp, where spooling costs disk; without such a place, one in memory.
base::Result<base::Fd> unnamed_file() {
  char const* const chosen = ::getenv("TMPDIR");
  for (char const* directory : {chosen ? chosen : "/tmp", "/var/tmp"}) {
    if (auto file = base::sys::open(directory, O_TMPFILE | O_RDWR, 0600)) return file;
  }
  return base::sys::memfd("request body");
}

}  // namespace

Body::~Body() {
  clear();
}

base::Result<void> Body::append(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const space = TRY(room(bytes.size()));
    auto const count = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), count);
    claim(count);
    bytes.remove_prefix(count);
  }
  return {};
}

base::Result<std::span<char>> Body::room(std::size_t wanted) {
  if (used_ == capacity_) {
    if (capacity_ < in_memory_) {
      TRY_VOID(grow(used_ + wanted));
    } else {
      TRY_VOID(spool());
    }
  }
  return std::span(memory_.get() + used_, capacity_ - used_);
}

base::Result<void> Body::grow(std::size_t needed) {
  auto const larger = std::min(std::max({needed, 2 * capacity_, kFirstBlock}), in_memory_);
  auto moved = std::make_unique_for_overwrite<char[]>(larger);
  if (used_) std::memcpy(moved.get(), memory_.get(), used_);
  memory_ = std::move(moved);
  capacity_ = larger;
  return {};
}

base::Result<void> Body::spool() {
  if (!file_) file_ = TRY(unnamed_file());
  TRY_VOID(base::sys::write_all(file_.get(), {memory_.get(), used_}));
  spooled_ += used_;
  used_ = 0;
  return {};
}

base::Result<std::string_view> Body::finish() {
  if (!file_) return std::string_view(memory_.get(), used_);
  if (used_) TRY_VOID(spool());
  memory_.reset();
  capacity_ = 0;
  mapping_ = ::mmap(nullptr, spooled_, PROT_READ, MAP_PRIVATE, file_.get(), 0);
  if (mapping_ == MAP_FAILED) {
    mapping_ = nullptr;
    return std::unexpected(base::Error::from_errno("mmap", errno));
  }
  return std::string_view(static_cast<char const*>(mapping_), spooled_);
}

void Body::clear() {
  if (mapping_) ::munmap(mapping_, spooled_);
  mapping_ = nullptr;
  file_.reset();
  spooled_ = used_ = capacity_ = 0;
  memory_.reset();
}

}  // namespace http
