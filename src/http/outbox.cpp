#include "http/outbox.h"

#include <fcntl.h>

#include <algorithm>
#include <cstring>

namespace http {
namespace {

using Kind = base::sys::Transfer::Kind;

constexpr std::size_t kLimit = 16 << 20;         // of what one slow reader may cost in memory
constexpr std::size_t kScarceLimit = 64 * 1024;  // the same, where the account is full

// Takes `sent` bytes off the front of `pieces`.
std::span<iovec> advance(std::span<iovec> pieces, std::size_t sent) {
  while (!pieces.empty() && sent >= pieces.front().iov_len) {
    sent -= pieces.front().iov_len;
    pieces = pieces.subspan(1);
  }
  if (!pieces.empty()) {
    pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + sent;
    pieces.front().iov_len -= sent;
  }
  return pieces;
}

Outbox::Status status_of(Kind kind) {
  switch (kind) {
    case Kind::done:
      return Outbox::Status::sent;
    case Kind::again:
      return Outbox::Status::pending;
    case Kind::closed:
      break;
  }
  return Outbox::Status::closed;
}

}  // namespace

// What was kept before goes first, also so that a sender without end learns of a peer that is gone.
Outbox::Status Outbox::write(Transport& transport, std::span<iovec> pieces) {
  if (!is_empty() && fits(pieces)) {
    hold(pieces);
    return flush(transport);
  }
  if (!is_empty() && flush(transport) == Status::closed) return Status::closed;
  while (is_empty() && !pieces.empty()) {
    auto const sent = transport.send(pieces);
    if (sent.kind == Kind::closed) return Status::closed;
    if (sent.kind == Kind::again) break;
    sent_ += sent.bytes;
    pieces = advance(pieces, sent.bytes);
  }
  if (pieces.empty()) return is_empty() && !transport.has_unsent() ? Status::sent : Status::pending;
  hold(pieces);
  return Status::pending;
}

void Outbox::hold(std::span<iovec const> pieces, std::size_t room) {
  for (auto const& [bytes, size] : pieces) keep({static_cast<char const*>(bytes), size}, room);
}

// Behind what was kept last, so that both are sent as one.
bool Outbox::fits(std::span<iovec const> pieces) const {
  auto const* bytes = std::get_if<Bytes>(&kept_.back());
  return bytes && base::sys::size_of(pieces) <= bytes->capacity - bytes->end;
}

std::size_t Outbox::limit() const {
  return pool_.account().is_full() ? kScarceLimit : kLimit;
}

void Outbox::keep(std::string_view piece, std::size_t room) {
  if (piece.empty()) return;
  // What was too much for the spool is not followed by files for what is small enough.
  if (!overflows_ && keep_in_file(piece)) return;
  overflows_ = buffered_ + piece.size() > limit();
  auto* bytes = kept_.empty() ? nullptr : std::get_if<Bytes>(&kept_.back());
  if (!bytes || bytes->capacity - bytes->end < piece.size()) {
    // Small pieces that follow each other share a block.
    auto const capacity = kept_.empty() && piece.size() > room / 4 ? piece.size() : std::max(piece.size(), room);
    bytes =
        &std::get<Bytes>(kept_.emplace_back(Bytes{std::make_unique_for_overwrite<char[]>(capacity), 0, 0, capacity}));
    charge_.set(charge_.bytes() + capacity);
  }
  std::memcpy(bytes->data.get() + bytes->end, piece.data(), piece.size());
  bytes->end += piece.size();
  buffered_ += piece.size();
}

// False when there is room in memory, or none in the spool.
bool Outbox::keep_in_file(std::string_view piece) {
  auto* part = kept_.empty() ? nullptr : std::get_if<SpooledPart>(&kept_.back());
  if (part && !part->takes_more) part = nullptr;
  if (!part && buffered_ + piece.size() <= limit()) return false;
  if (!pool_.spooled_answers().has_room(piece.size())) return false;
  if (!part) {
    auto file = pool_.spool().open();
    if (!file) return false;
    part = &std::get<SpooledPart>(kept_.emplace_back(SpooledPart{std::move(*file)}));
  }
  part->takes_more = part->file.write(piece).has_value();
  if (!part->takes_more) return false;
  part->count += piece.size();
  part->charged += piece.size();
  spooled_.set(spooled_.bytes() + piece.size());
  return true;
}

void Outbox::forget_first() {
  if (auto const* bytes = std::get_if<Bytes>(&kept_.front())) charge_.set(charge_.bytes() - bytes->capacity);
  if (auto const* part = std::get_if<SpooledPart>(&kept_.front())) spooled_.set(spooled_.bytes() - part->charged);
  kept_.pop_front();
}

Outbox::Status Outbox::send_file(Transport& transport, int file, off_t offset, std::size_t count) {
  if (is_empty()) {
    auto const status = flush_file(transport, file, offset, count);
    if (status == Status::sent && transport.has_unsent()) return Status::pending;
    if (status != Status::pending) return status;
  }
  base::Fd own(::fcntl(file, F_DUPFD_CLOEXEC, 0));
  if (!own) return Status::closed;
  kept_.emplace_back(FilePart{std::move(own), offset, count});
  return Status::pending;
}

Outbox::Status Outbox::flush(Transport& transport) {
  while (!is_empty()) {
    Status status;
    if (auto* bytes = std::get_if<Bytes>(&kept_.front())) {
      status = flush_bytes(transport, *bytes);
    } else if (auto* spooled = std::get_if<SpooledPart>(&kept_.front())) {
      status = flush_file(transport, spooled->file.get(), spooled->offset, spooled->count);
    } else {
      auto& part = std::get<FilePart>(kept_.front());
      status = flush_file(transport, part.file.get(), part.offset, part.count);
    }
    if (status != Status::sent) return status;
    forget_first();
  }
  return status_of(transport.flush());
}

Outbox::Status Outbox::flush_bytes(Transport& transport, Bytes& bytes) {
  while (bytes.begin < bytes.end) {
    iovec const piece{bytes.data.get() + bytes.begin, bytes.end - bytes.begin};
    auto const sent = transport.send({&piece, 1});
    if (sent.kind == Kind::closed) return Status::closed;
    if (sent.kind == Kind::again) return Status::pending;
    bytes.begin += sent.bytes;
    buffered_ -= sent.bytes;
    sent_ += sent.bytes;
  }
  return Status::sent;
}

Outbox::Status Outbox::flush_file(Transport& transport, int file, off_t& offset, std::size_t& count) {
  while (count > 0) {
    auto const sent = transport.send_file(file, &offset, count);
    if (sent.kind == Kind::closed) return Status::closed;
    if (sent.kind == Kind::again) return Status::pending;
    count -= sent.bytes;
    sent_ += sent.bytes;
  }
  return Status::sent;
}

}  // namespace http
