#include "tls/sha1.h"

#include <mbedtls/sha1.h>

namespace tls {

std::string sha1(std::string_view text) {
  std::string digest(20, '\0');
  // It fails only where it is computed by a device.
  mbedtls_sha1(reinterpret_cast<unsigned char const*>(text.data()), text.size(),
               reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace tls
