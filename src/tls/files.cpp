#include "tls/files.h"

#include <mbedtls/oid.h>
#include <mbedtls/platform_util.h>

#include <algorithm>
#include <format>
#include <string_view>

#include "base/strings.h"
#include "base/sys.h"
#include "tls/random.h"

namespace tls {
namespace {

std::unexpected<base::Error> refuse(NamedFile const& file, std::string_view what, int code = 0) {
  return base::failure(std::format("{} = '{}': {}", file.setting, file.path, what), code);
}

base::Result<std::string> read(NamedFile const& file) {
  auto content = base::sys::read_file(file.path);
  if (content) return content;
  auto const& error = content.error();
  auto const cause = base::Error::from_errno("", error.code()).message();
  auto const text = std::format("cannot be read{} (give the path of a PEM file that the server may read)", cause);
  return refuse(file, text, error.code());
}

// mbedTLS wants the zero behind the text counted in.
unsigned char const* bytes(std::string const& text) {
  return reinterpret_cast<unsigned char const*>(text.c_str());
}

bool has_block(std::string const& text, std::string_view what) {
  auto const begin = text.find("-----BEGIN ");
  return begin != text.npos && text.contains(std::string(what) + "-----");
}

base::Result<Certificate> read_certificates(NamedFile const& file, std::string const& text) {
  if (!has_block(text, "CERTIFICATE"))
    return refuse(file, "holds no certificate (PEM has a line -----BEGIN CERTIFICATE-----)");
  Certificate certificates;
  int const bad = mbedtls_x509_crt_parse(certificates.get(), bytes(text), text.size() + 1);
  if (bad > 0) return refuse(file, std::format("{} of its certificates cannot be read", bad));
  if (bad < 0) return refuse(file, "holds a certificate that cannot be read: " + text_of(bad));
  return certificates;
}

base::Result<PrivateKey> read_key(NamedFile const& file) {
  auto text = TRY(read(file));
  if (!has_block(text, "PRIVATE KEY"))
    return refuse(file, "holds no private key (PEM has a line -----BEGIN PRIVATE KEY-----)");
  bool const is_encrypted = text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED");
  PrivateKey key;
  int const error =
      is_encrypted ? 0
                   : mbedtls_pk_parse_key(key.get(), bytes(text), text.size() + 1, nullptr, 0, random_bytes, nullptr);
  mbedtls_platform_zeroize(text.data(), text.size());
  if (is_encrypted) {
    return refuse(file,
                  "the private key is encrypted, and nobody is there to give the pass phrase (store it without one: "
                  "openssl pkey -in FILE -out NEW)");
  }
  if (error != 0) return refuse(file, "holds a private key that cannot be read: " + text_of(error));
  return key;
}

std::string text_of_buffer(mbedtls_asn1_buf const& buffer) {
  return base::lower({reinterpret_cast<char const*>(buffer.p), buffer.len});
}

std::vector<std::string> names_of(mbedtls_x509_crt const& certificate) {
  std::vector<std::string> names;
  for (auto const* item = &certificate.subject_alt_names; item && item->buf.p; item = item->next) {
    mbedtls_x509_subject_alternative_name name{};
    if (mbedtls_x509_parse_subject_alt_name(&item->buf, &name) != 0) continue;
    if (name.type == MBEDTLS_X509_SAN_DNS_NAME) names.push_back(text_of_buffer(name.san.unstructured_name));
    mbedtls_x509_free_subject_alt_name(&name);
  }
  for (auto const* part = &certificate.subject; names.empty() && part && part->oid.p; part = part->next) {
    if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &part->oid) == 0) names.push_back(text_of_buffer(part->val));
  }
  return names;
}

}  // namespace

bool Identity::is_for(std::string_view host) const {
  auto const dot = host.find('.');
  return std::ranges::any_of(names, [&](std::string_view name) {
    if (name == host) return true;
    return name.starts_with("*.") && dot != host.npos && dot > 0 && name.substr(1) == host.substr(dot);
  });
}

base::Result<Identity> read_identity(NamedFile const& certificate, NamedFile const& key) {
  auto const text = TRY(read(certificate));
  Identity identity{TRY(read_certificates(certificate, text)), {}, {}};
  identity.key = TRY(read_key(key));
  if (mbedtls_pk_check_pair(&identity.chain->pk, identity.key.get(), random_bytes, nullptr) != 0) {
    return refuse(key, std::format("the private key is not that of the certificate in {} = '{}'", certificate.setting,
                                   certificate.path));
  }
  identity.names = names_of(*identity.chain.get());
  return identity;
}

base::Result<Certificate> read_authorities(NamedFile const& file) {
  auto const text = TRY(read(file));
  return read_certificates(file, text);
}

}  // namespace tls
