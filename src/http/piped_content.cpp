#include "http/piped_content.h"

#include <algorithm>

namespace http {

using Kind = base::sys::Transfer::Kind;

namespace {

bool has_nothing_yet(int socket) {
  char first;
  return base::sys::peek(socket, {&first, 1}).kind == Kind::again;
}

}  // namespace

base::sys::Transfer PipedContent::move(int socket, std::size_t most) {
  // A pipe holds much, and a client that sends nothing yet may never do.
  if (parts_.empty() && has_nothing_yet(socket)) return {Kind::again};
  while (!is_full_) {
    if (parts_.empty() && !add_part()) break;
    auto& part = parts_.back();
    auto const moved = base::sys::move(socket, part.pipe, most);
    if (!moved) break;
    if (moved->kind == Kind::done) {
      part.size += moved->bytes;
      size_ += moved->bytes;
    }
    if (moved->kind != Kind::again || !base::sys::is_full(part.pipe)) return *moved;
    if (part.size < kCapacity || !add_part()) break;
  }
  is_full_ = true;
  return {Kind::again};
}

// False: there is none to be had.
bool PipedContent::add_part() {
  if (!pipes_.has_room(kCapacity)) return false;
  auto pipe = base::sys::pipe();
  if (!pipe || !base::sys::widen(*pipe, kCapacity)) return false;
  parts_.push_back({std::move(*pipe)});
  charge_.set((parts_.size() - first_) * kCapacity);
  return true;
}

std::size_t PipedContent::take(std::span<char> into) {
  std::size_t taken = 0;
  while (taken < into.size() && size_ > 0) {
    auto& part = parts_[first_];
    if (!part.size) {
      part.pipe = {};
      charge_.set((parts_.size() - ++first_) * kCapacity);
      continue;
    }
    auto const wanted = std::min(into.size() - taken, part.size);
    auto const count = base::sys::read(part.pipe.read_end.get(), into.subspan(taken, wanted)).value_or(0);
    if (!count) break;
    part.size -= count;
    size_ -= count;
    taken += count;
  }
  return taken;
}

void PipedContent::let_go() {
  parts_.clear();
  charge_.set(0);
  first_ = 0;
  size_ = 0;
  is_full_ = false;
}

}  // namespace http
