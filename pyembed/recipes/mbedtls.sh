# Compiled file by file: its own Makefile wants a git submodule that the tarball lacks.
cd "$SRC"
config=include/mbedtls/mbedtls_config.h

# Threads share PSA's global state (TLS 1.3), hence the locks. Random numbers are the kernel's (src/tls/random.cpp): a
# generator of mbedTLS's own would go on alike in each process after a fork. Blocks of SHA-2 are libcrypto's
# (src/tls/digests.cpp).
on="THREADING_C THREADING_PTHREAD PSA_CRYPTO_EXTERNAL_RNG SHA256_PROCESS_ALT SHA512_PROCESS_ALT"

# A server on a stream: no DTLS, no keys agreed upon by other means, no renegotiation; nothing that reads or writes
# files by itself, nothing for other protocols.
off="SSL_PROTO_DTLS SSL_DTLS_CONNECTION_ID SSL_DTLS_ANTI_REPLAY SSL_DTLS_HELLO_VERIFY SSL_DTLS_CLIENT_PORT_REUSE
  SSL_COOKIE_C SSL_CACHE_C SSL_RENEGOTIATION SSL_CONTEXT_SERIALIZATION KEY_EXCHANGE_PSK_ENABLED
  KEY_EXCHANGE_DHE_PSK_ENABLED KEY_EXCHANGE_ECDHE_PSK_ENABLED KEY_EXCHANGE_RSA_PSK_ENABLED
  KEY_EXCHANGE_ECDH_ECDSA_ENABLED KEY_EXCHANGE_ECDH_RSA_ENABLED CAMELLIA_C ARIA_C DES_C RIPEMD160_C ECJPAKE_C LMS_C
  NIST_KW_C PADLOCK_C NET_C TIMING_C SELF_TEST DEBUG_C FS_IO PSA_CRYPTO_STORAGE_C PSA_ITS_FILE_C PKCS7_C
  X509_CSR_PARSE_C X509_CREATE_C X509_CRT_WRITE_C X509_CSR_WRITE_C VERSION_FEATURES ECP_DP_SECP192R1_ENABLED
  ECP_DP_SECP224R1_ENABLED ECP_DP_SECP192K1_ENABLED ECP_DP_SECP224K1_ENABLED ECP_DP_SECP256K1_ENABLED"

for option in $on; do
  sed -i "s|^//#define MBEDTLS_$option\$|#define MBEDTLS_$option|" "$config"
  grep -q "^#define MBEDTLS_$option\$" "$config"
done
for option in $off; do
  grep -q "^#define MBEDTLS_$option\$" "$config"
  sed -i "s|^#define MBEDTLS_$option\$|//&|" "$config"
done
sed -i 's|^#define MBEDTLS_SSL_DTLS_CONNECTION_ID_COMPAT|//&|' "$config"

ls library/*.c | xargs -P "$JOBS" -I{} sh -c '"$0" "$@" -c "{}" -o "{}.o"' \
  $CC $CFLAGS -O3 -Iinclude -Ilibrary -I3rdparty/everest/include -I3rdparty/p256-m
mkdir -p "$OUT/lib" "$OUT/include"
cd library
x509="x509*.c.o pkcs7.c.o"
tls="debug.c.o mps_*.c.o net_sockets.c.o ssl_*.c.o"
$AR rcs "$OUT/lib/libmbedx509.a" $x509
$AR rcs "$OUT/lib/libmbedtls.a" $tls
rm $x509 $tls
$AR rcs "$OUT/lib/libmbedcrypto.a" *.c.o
cp -r "$SRC/include/mbedtls" "$SRC/include/psa" "$OUT/include/"
