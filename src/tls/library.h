// mbedTLS's conventions in ours: its error numbers as text, its objects as owned values.
#pragma once

#include <mbedtls/entropy.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace tls {

inline constexpr int kNoRandomNumbers = MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;

// "The certificate is not correctly signed by the trusted CA", without the name of a module before it.
std::string text_of(int error);

// Why a certificate was not accepted; of several reasons all.
std::string text_of_verification(std::uint32_t flags);

// A structure of mbedTLS with its init and free functions, at a fixed address.
template <typename T, void (*Init)(T*), void (*Free)(T*)>
class Object {
 public:
  Object() : object_(new T) { Init(object_.get()); }
  T* get() const { return object_.get(); }
  T* operator->() const { return object_.get(); }

 private:
  struct Release {
    void operator()(T* object) const {
      Free(object);
      delete object;
    }
  };
  std::unique_ptr<T, Release> object_;
};

using Certificate = Object<mbedtls_x509_crt, mbedtls_x509_crt_init, mbedtls_x509_crt_free>;
using PrivateKey = Object<mbedtls_pk_context, mbedtls_pk_init, mbedtls_pk_free>;
using Configuration = Object<mbedtls_ssl_config, mbedtls_ssl_config_init, mbedtls_ssl_config_free>;

}  // namespace tls
