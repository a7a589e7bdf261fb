#include "http/outbox.h"

#include <fcntl.h>

#include <cstring>

namespace http {
namespace {

using Kind = base::sys::Transfer::Kind;

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

Outbox::Status Outbox::write(Transport& transport, std::span<iovec> pieces) {
  while (is_empty() && !pieces.empty()) {
    auto const sent = transport.send(pieces);
    if (sent.kind == Kind::closed) return Status::closed;
    if (sent.kind == Kind::again) break;
    pieces = advance(pieces, sent.bytes);
  }
  if (pieces.empty()) return is_empty() && !transport.has_unsent() ? Status::sent : Status::pending;
  keep(pieces);
  return Status::pending;
}

void Outbox::keep(std::span<iovec const> pieces) {
  std::size_t size = 0;
  for (auto const& piece : pieces) size += piece.iov_len;
  if (size == 0) return;
  Bytes kept{std::make_unique_for_overwrite<char[]>(size), 0, 0};
  for (auto const& piece : pieces) {
    if (piece.iov_len == 0) continue;
    std::memcpy(kept.data.get() + kept.end, piece.iov_base, piece.iov_len);
    kept.end += piece.iov_len;
  }
  buffered_ += size;
  kept_.emplace_back(std::move(kept));
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
    } else {
      auto& part = std::get<FilePart>(kept_.front());
      status = flush_file(transport, part.file.get(), part.offset, part.count);
    }
    if (status != Status::sent) return status;
    kept_.pop_front();
  }
  bool const had_unsent = transport.has_unsent();
  auto const status = status_of(transport.flush());
  if (had_unsent && status == Status::sent) ++sent_;
  return status;
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
