#include "http/transport.h"

#include <algorithm>
#include <array>

namespace http {

using base::sys::Transfer;

Transport::Received Transport::receive_decrypted(std::span<char> into) {
  auto const received = session_->receive(into);
  bool const has_more = received.kind == Kind::done ? session_->has_more() : session_->was_cut_short();
  return {received.kind, received.bytes, !has_more};
}

// A record at a time, so that a file of any size costs the memory of one.
Transfer Transport::send_file_encrypted(int file, off_t* offset, std::size_t count) {
  if (auto const flushed = session_->flush(); flushed != Kind::done) return {flushed};
  std::array<char, 16 * 1024> room;
  auto const read = base::sys::read_at(file, std::span(room).first(std::min(count, room.size())), *offset);
  if (!read || *read == 0) return {Kind::closed};
  iovec const piece{room.data(), *read};
  auto const sent = session_->send({&piece, 1});
  if (sent.kind == Kind::done) *offset += static_cast<off_t>(sent.bytes);
  return sent;
}

void Transport::shutdown_write() {
  say_goodbye();
  (void)base::sys::shutdown_write(socket());
}

Transfer Transport::discard() {
  std::array<char, 16 * 1024> ignored;
  return base::sys::receive(socket(), ignored);
}

}  // namespace http
