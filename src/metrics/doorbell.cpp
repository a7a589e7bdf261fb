#include "metrics/doorbell.h"

#include <cstdint>

#include "base/sys.h"

namespace metrics {

base::Result<Doorbell> Doorbell::create() {
  return Doorbell(TRY(base::sys::event_counter()));
}

void Doorbell::ring() const {
  static constexpr std::uint64_t kOne = 1;
  // Fails only when the counter is full, and then it rings already.
  (void)base::sys::write_all(counter_.get(), {reinterpret_cast<char const*>(&kOne), sizeof kOne});
}

void Doorbell::answer() const {
  char count[sizeof(std::uint64_t)];
  (void)base::sys::read(counter_.get(), count);
}

}  // namespace metrics
