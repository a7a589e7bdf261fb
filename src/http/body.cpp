#include "http/body.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace http {
namespace {

constexpr std::size_t kLeastBlock = 16 * 1024;
constexpr std::size_t kFirstBlock = 64 * 1024;
constexpr std::size_t kGrowth = 4;

}  // namespace

Body::~Body() {
  clear();
}

base::Result<void> Body::append(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const space = TRY(room(capacity_ ? in_memory_ : bytes.size()));  // how much will come is not known
    auto const count = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), count);
    claim(count);
    bytes.remove_prefix(count);
  }
  return {};
}

base::Result<std::span<char>> Body::room(std::size_t wanted) {
  if (used_ == capacity_) {
    if (capacity_ == 0 || (capacity_ < in_memory_ && !account_.is_full())) {
      grow(used_ + wanted);
    } else {
      TRY_VOID(move_to_file());
    }
  }
  return std::span(memory_.get() + used_, capacity_ - used_);
}

// In steps, since what is announced need not come, and in few, since each copies what has come.
void Body::grow(std::size_t needed) {
  auto const step = capacity_ ? kGrowth * capacity_ : kFirstBlock;
  auto const larger = std::min(std::max(std::min(needed, step), kLeastBlock), in_memory_);
  auto moved = std::make_unique_for_overwrite<char[]>(larger);
  if (used_) std::memcpy(moved.get(), memory_.get(), used_);
  memory_ = std::move(moved);
  capacity_ = larger;
  charge_.set(capacity_);
}

base::Result<void> Body::move_to_file() {
  if (!file_) file_ = TRY(spool_.open());
  if (auto written = file_.write({memory_.get(), used_}); !written) return file_ = {}, written;
  spooled_ += used_;
  used_ = 0;
  return {};
}

base::Result<std::string_view> Body::finish() {
  if (!file_) return std::string_view(memory_.get(), used_);
  if (used_) TRY_VOID(move_to_file());
  memory_.reset();
  capacity_ = 0;
  charge_.set(0);
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
  if (file_) spool_.keep(std::exchange(file_, {}));
  spooled_ = used_ = capacity_ = 0;
  memory_.reset();
  charge_.set(0);
}

}  // namespace http
