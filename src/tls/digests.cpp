// Blocks of SHA-2 are digested by libcrypto, which is in the binary for Python's ssl and uses the processor's own
// instructions for it. mbedTLS, built without its own (MBEDTLS_SHA256_PROCESS_ALT, MBEDTLS_SHA512_PROCESS_ALT), calls
// these two; a handshake digests some hundred blocks. Any thread.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#define OPENSSL_SUPPRESS_DEPRECATED  // the calls for single blocks have no successor

#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <iterator>

namespace {

// Both keep the state as the standard numbers its words (FIPS 180-4 section 6).
template <typename Theirs, auto transform>
int digest_block(auto& state, unsigned char const* block) {
  Theirs context;
  static_assert(sizeof context.h == sizeof state);
  std::ranges::copy(state, std::begin(context.h));
  transform(&context, block);
  std::ranges::copy(context.h, std::begin(state));
  OPENSSL_cleanse(context.h, sizeof context.h);  // of a key, perhaps
  return 0;
}

}  // namespace

extern "C" int mbedtls_internal_sha256_process(mbedtls_sha256_context* context, unsigned char const* block) {
  return digest_block<SHA256_CTX, SHA256_Transform>(context->state, block);
}

extern "C" int mbedtls_internal_sha512_process(mbedtls_sha512_context* context, unsigned char const* block) {
  return digest_block<SHA512_CTX, SHA512_Transform>(context->state, block);
}
