// Records (RFC 8446 section 5.2), and the tickets of sessions, are sealed and opened by libcrypto where their cipher is
// AES-GCM or ChaCha20-Poly1305. mbedTLS computes them block by block, which made a large answer twenty times as dear
// with TLS as without; its contexts get room for one of libcrypto's by a patch (pyembed/patches/mbedtls). Any thread;
// one context is used by one thread at a time.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/cipher.h>
#include <mbedtls/platform_util.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "tls/libcrypto.h"

// Outputs may lie where inputs do. Tags stand behind what they are of.
using Crypt = int(mbedtls_cipher_context_t*, unsigned char const* nonce, std::size_t nonce_size,
                  unsigned char const* data, std::size_t data_size, unsigned char const* input, std::size_t input_size,
                  unsigned char* output, std::size_t output_room, std::size_t* output_size, std::size_t tag_size);

extern "C" {
int __real_mbedtls_cipher_setkey(mbedtls_cipher_context_t*, unsigned char const*, int, mbedtls_operation_t);
int __wrap_mbedtls_cipher_setkey(mbedtls_cipher_context_t*, unsigned char const*, int, mbedtls_operation_t);
void __real_mbedtls_cipher_free(mbedtls_cipher_context_t*);
void __wrap_mbedtls_cipher_free(mbedtls_cipher_context_t*);
Crypt __real_mbedtls_cipher_auth_encrypt_ext, __wrap_mbedtls_cipher_auth_encrypt_ext;
Crypt __real_mbedtls_cipher_auth_decrypt_ext, __wrap_mbedtls_cipher_auth_decrypt_ext;
}

namespace tls::libcrypto {
namespace {

constexpr std::size_t kNonce = 12, kTag = 16;
constexpr std::size_t kMost = std::numeric_limits<int>::max();
constexpr int kFailed = MBEDTLS_ERR_CIPHER_ALLOC_FAILED;

struct Known {
  mbedtls_cipher_type_t type;
  EVP_CIPHER* cipher;
};

// Null: mbedTLS computes it.
EVP_CIPHER const* cipher_of(mbedtls_cipher_type_t type) {
  auto const fetch = [](char const* name) { return EVP_CIPHER_fetch(nullptr, name, nullptr); };
  static std::array const known = {Known{MBEDTLS_CIPHER_AES_128_GCM, fetch("AES-128-GCM")},
                                   Known{MBEDTLS_CIPHER_AES_256_GCM, fetch("AES-256-GCM")},
                                   Known{MBEDTLS_CIPHER_CHACHA20_POLY1305, fetch("ChaCha20-Poly1305")}};
  auto const found = std::ranges::find(known, type, &Known::type);
  return found == known.end() ? nullptr : found->cipher;
}

EVP_CIPHER_CTX* context_of(mbedtls_cipher_context_t const& context) {
  return static_cast<EVP_CIPHER_CTX*>(context.libcrypto_ctx);
}

void forget(mbedtls_cipher_context_t& context) {
  EVP_CIPHER_CTX_free(context_of(context));
  context.libcrypto_ctx = nullptr;
}

int set_key(mbedtls_cipher_context_t& context, unsigned char const* key) {
  forget(context);
  auto const* const cipher = cipher_of(mbedtls_cipher_get_type(&context));
  if (!cipher) return 0;
  std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>> made(EVP_CIPHER_CTX_new());
  if (!made || !EVP_EncryptInit_ex2(made.get(), cipher, key, nullptr, nullptr)) return kFailed;
  context.libcrypto_ctx = made.release();
  return 0;
}

bool computes(mbedtls_cipher_context_t const& context, std::size_t nonce_size, std::size_t input_size,
              std::size_t tag_size) {
  return context.libcrypto_ctx && nonce_size == kNonce && tag_size == kTag && input_size <= kMost;
}

// Of a message that is not all there yet: what stands in front of it and counts, too.
bool begin(EVP_CIPHER_CTX* context, unsigned char const* nonce, std::span<unsigned char const> data, bool seals) {
  int count;
  return EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce, seals) &&
         EVP_CipherUpdate(context, nullptr, &count, data.data(), static_cast<int>(data.size()));
}

int seal(EVP_CIPHER_CTX* context, unsigned char const* nonce, std::span<unsigned char const> data,
         std::span<unsigned char const> input, unsigned char* output) {
  int count, rest;
  bool const is_sealed = begin(context, nonce, data, true) &&
                         EVP_CipherUpdate(context, output, &count, input.data(), static_cast<int>(input.size())) &&
                         EVP_CipherFinal_ex(context, output + count, &rest) &&
                         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTag, output + input.size());
  return is_sealed ? 0 : kFailed;
}

int open(EVP_CIPHER_CTX* context, unsigned char const* nonce, std::span<unsigned char const> data,
         std::span<unsigned char const> input, unsigned char const* tag, unsigned char* output) {
  std::array<unsigned char, kTag> expected;
  std::copy_n(tag, kTag, expected.begin());
  int count, rest;
  if (!begin(context, nonce, data, false) ||
      !EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTag, expected.data()))
    return kFailed;
  if (EVP_CipherUpdate(context, output, &count, input.data(), static_cast<int>(input.size())) &&
      EVP_CipherFinal_ex(context, output + count, &rest))
    return 0;
  mbedtls_platform_zeroize(output, input.size());  // nobody knows who wrote it
  return MBEDTLS_ERR_CIPHER_AUTH_FAILED;
}

}  // namespace
}  // namespace tls::libcrypto

namespace libcrypto = tls::libcrypto;

int __wrap_mbedtls_cipher_setkey(mbedtls_cipher_context_t* context, unsigned char const* key, int bits,
                                 mbedtls_operation_t operation) {
  if (int const error = __real_mbedtls_cipher_setkey(context, key, bits, operation)) return error;
  return libcrypto::set_key(*context, key);
}

void __wrap_mbedtls_cipher_free(mbedtls_cipher_context_t* context) {
  if (context) libcrypto::forget(*context);
  __real_mbedtls_cipher_free(context);
}

int __wrap_mbedtls_cipher_auth_encrypt_ext(mbedtls_cipher_context_t* context, unsigned char const* nonce,
                                           std::size_t nonce_size, unsigned char const* data, std::size_t data_size,
                                           unsigned char const* input, std::size_t input_size, unsigned char* output,
                                           std::size_t output_room, std::size_t* output_size, std::size_t tag_size) {
  bool const is_ours = libcrypto::computes(*context, nonce_size, input_size, tag_size);
  if (!is_ours || output_room < input_size + libcrypto::kTag)
    return __real_mbedtls_cipher_auth_encrypt_ext(context, nonce, nonce_size, data, data_size, input, input_size,
                                                  output, output_room, output_size, tag_size);
  *output_size = input_size + libcrypto::kTag;
  return libcrypto::seal(libcrypto::context_of(*context), nonce, {data, data_size}, {input, input_size}, output);
}

int __wrap_mbedtls_cipher_auth_decrypt_ext(mbedtls_cipher_context_t* context, unsigned char const* nonce,
                                           std::size_t nonce_size, unsigned char const* data, std::size_t data_size,
                                           unsigned char const* input, std::size_t input_size, unsigned char* output,
                                           std::size_t output_room, std::size_t* output_size, std::size_t tag_size) {
  bool const is_ours = libcrypto::computes(*context, nonce_size, input_size, tag_size);
  if (!is_ours || input_size < libcrypto::kTag || output_room < input_size - libcrypto::kTag)
    return __real_mbedtls_cipher_auth_decrypt_ext(context, nonce, nonce_size, data, data_size, input, input_size,
                                                  output, output_room, output_size, tag_size);
  *output_size = input_size - libcrypto::kTag;
  std::span const sealed(input, *output_size);
  return libcrypto::open(libcrypto::context_of(*context), nonce, {data, data_size}, sealed, input + sealed.size(),
                         output);
}
