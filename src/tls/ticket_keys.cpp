#include "tls/ticket_keys.h"

#include <mbedtls/md.h>

#include "tls/library.h"
#include "tls/random.h"

namespace tls {
namespace {

TicketKeys::Key successor(TicketKeys::Key const& key) {
  constexpr std::string_view label = "monoceros ticket key";
  TicketKeys::Key next{};
  (void)mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key.data(), key.size(),
                        reinterpret_cast<unsigned char const*>(label.data()), label.size(), next.data());
  return next;
}

}  // namespace

base::Result<TicketKeys> TicketKeys::create(base::Instant now) {
  Pair keys{};
  if (int const error = random_bytes(nullptr, keys.previous.data(), keys.previous.size()); error != 0)
    return base::failure("session tickets: " + text_of(error));
  keys.present = successor(keys.previous);
  return TicketKeys(now, keys);
}

bool TicketKeys::advance(base::Instant now) {
  bool moved = false;
  for (; now - begin_ >= kPeriod; begin_ += kPeriod, moved = true)
    keys_ = {.present = successor(keys_.present), .previous = keys_.present};
  return moved;
}

}  // namespace tls
