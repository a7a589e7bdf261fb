#include "tls/random.h"

#include <errno.h>
#include <psa/crypto.h>
#include <sys/random.h>

#include "tls/library.h"

namespace tls {

int random_bytes(void*, unsigned char* into, std::size_t count) {
  while (count > 0) {
    ssize_t const got = ::getrandom(into, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return kNoRandomNumbers;
    into += got;
    count -= static_cast<std::size_t>(got);
  }
  return 0;
}

}  // namespace tls

// The generator behind PSA's functions (MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG).
extern "C" psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t*, std::uint8_t* output,
                                                        std::size_t size, std::size_t* length) {
  if (tls::random_bytes(nullptr, output, size) != 0) return PSA_ERROR_INSUFFICIENT_ENTROPY;
  *length = size;
  return PSA_SUCCESS;
}
