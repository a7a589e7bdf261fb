#include "worker/lane.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace worker {

void Lane::begin(http::Connection& connection, base::Instant now) {
  auto const& request = connection.request();
  std::array<char, metrics::RequestLine::kCapacity> text;
  std::size_t size = 0;
  for (auto const piece : {request.text(request.method), std::string_view(" "), request.text(request.target)}) {
    auto const count = std::min(piece.size(), text.size() - size);
    std::memcpy(text.data() + size, piece.data(), count);
    size += count;
  }
  line_.set({text.data(), size});
  connection_.store(&connection, std::memory_order_release);  // with all that is in it
  started_.store(base::to_ticks(now), std::memory_order_relaxed);
}

bool Lane::end() {
  started_.store(0, std::memory_order_relaxed);
  if (connection_.exchange(nullptr)) return true;
  std::lock_guard const wait(taking_);
  return connection_.exchange(nullptr) != nullptr;
}

void Lane::send_held() {
  std::lock_guard const hold(taking_);
  auto* const connection = connection_.exchange(nullptr);
  if (!connection) return;
  connection->send_held();
  connection_.store(connection);
}

Lane::Taken Lane::take_away() {
  std::unique_lock hold(taking_);
  auto* const connection = connection_.exchange(nullptr);
  return {std::move(hold), connection};
}

}  // namespace worker
