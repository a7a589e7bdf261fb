#include "tls/client_certificate.h"

#include <mbedtls/oid.h>
#include <mbedtls/pem.h>

#include <array>
#include <format>
#include <vector>

namespace tls {
namespace {

// RFC 2253 section 2.4; bytes beyond ASCII as OpenSSL has them.
std::string escaped(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    char const c = value[i];
    bool const at_end = i == 0 || i + 1 == value.size();
    bool const is_special = std::string_view(",+\"\\<>;").contains(c) || (c == ' ' && at_end) || (c == '#' && i == 0);
    if (c < ' ' || c > '~')
      text += std::format("\\{:02X}", static_cast<unsigned char>(c));
    else
      text += is_special ? std::string{'\\', c} : std::string{c};
  }
  return text;
}

std::string attribute(mbedtls_x509_name const& part) {
  char const* type = nullptr;
  if (mbedtls_oid_get_attr_short_name(&part.oid, &type) != 0) type = "OID";
  return std::string(type) + "=" + escaped({reinterpret_cast<char const*>(part.val.p), part.val.len});
}

std::string common_name(mbedtls_x509_name const& name) {
  std::string found;
  for (auto const* part = &name; part && part->oid.p; part = part->next) {
    if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &part->oid) == 0)
      found.assign(reinterpret_cast<char const*>(part->val.p), part->val.len);
  }
  return found;
}

std::string serial_of(mbedtls_x509_buf const& serial) {
  std::string text;
  for (std::size_t i = 0; i < serial.len; ++i) text += std::format("{:02X}", serial.p[i]);
  if (text.starts_with("00") && text.size() > 2) text.erase(0, 2);  // the sign
  return text;
}

std::string text_of(mbedtls_x509_time const& time) {
  constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto const* const month = time.mon >= 1 && time.mon <= 12 ? months[static_cast<std::size_t>(time.mon - 1)] : "???";
  return std::format("{} {:2} {:02}:{:02}:{:02} {} GMT", month, time.day, time.hour, time.min, time.sec, time.year);
}

std::string pem_of(mbedtls_x509_buf const& der) {
  std::string text(der.len * 2 + 200, '\0');
  std::size_t size = 0;
  int const error =
      mbedtls_pem_write_buffer("-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", der.p, der.len,
                               reinterpret_cast<unsigned char*>(text.data()), text.size(), &size);
  text.resize(error == 0 && size > 0 ? size - 1 : 0);  // without the zero
  return text;
}

}  // namespace

std::string text_of(mbedtls_x509_name const& name) {
  std::vector<std::string> parts;
  bool merges = false;
  for (auto const* part = &name; part && part->oid.p; part = part->next) {
    if (merges)
      parts.back() += "+" + attribute(*part);
    else
      parts.push_back(attribute(*part));
    merges = part->MBEDTLS_PRIVATE(next_merged) != 0;
  }
  std::string text;
  for (std::size_t i = parts.size(); i-- > 0;) text += parts[i] + (i > 0 ? "," : "");
  return text;
}

ClientCertificate describe(mbedtls_x509_crt const& certificate) {
  return {.subject = text_of(certificate.subject),
          .issuer = text_of(certificate.issuer),
          .common_name = common_name(certificate.subject),
          .serial = serial_of(certificate.serial),
          .not_before = text_of(certificate.valid_from),
          .not_after = text_of(certificate.valid_to),
          .pem = pem_of(certificate.raw)};
}

}  // namespace tls
