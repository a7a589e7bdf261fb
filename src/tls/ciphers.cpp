#include "tls/ciphers.h"

#include <algorithm>
#include <array>
#include <format>
#include <functional>
#include <span>

#include "base/spellcheck.h"
#include "base/strings.h"

namespace tls {
namespace {

// One row a suite that mbedTLS has. The words are all that can be said of it in a list; its bits are its strength.
struct Suite {
  int number;
  std::string_view name;
  std::string_view standard_name;
  std::string_view words;
  int bits;
};

// In the order of preference: forward secrecy, authenticated encryption, speed.
constexpr Suite kTls13[] = {
    {0x1301, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", "", 128},
    {0x1302, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", "", 256},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "", 256},
    {0x1304, "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_SHA256", "", 128},
};
constexpr std::size_t kUsualTls13 = 3;

#define MONOCEROS_ECDHE "ECDHE EECDH kECDHE kEECDH ECDH "
#define MONOCEROS_DHE "DHE EDH kDHE kEDH DH aRSA RSA "
#define MONOCEROS_RSA "kRSA aRSA RSA "
constexpr Suite kTls12[] = {
    {0xC02B, "ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
     MONOCEROS_ECDHE "aECDSA ECDSA AES AES128 AESGCM SHA256 TLSv1.2 AEAD", 128},
    {0xC02F, "ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
     MONOCEROS_ECDHE "aRSA RSA AES AES128 AESGCM SHA256 TLSv1.2 AEAD", 128},
    {0xC02C, "ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
     MONOCEROS_ECDHE "aECDSA ECDSA AES AES256 AESGCM SHA384 TLSv1.2 AEAD", 256},
    {0xC030, "ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
     MONOCEROS_ECDHE "aRSA RSA AES AES256 AESGCM SHA384 TLSv1.2 AEAD", 256},
    {0xCCA9, "ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
     MONOCEROS_ECDHE "aECDSA ECDSA CHACHA20 TLSv1.2 AEAD", 256},
    {0xCCA8, "ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
     MONOCEROS_ECDHE "aRSA RSA CHACHA20 TLSv1.2 AEAD", 256},
    {0xC0AC, "ECDHE-ECDSA-AES128-CCM", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
     MONOCEROS_ECDHE "aECDSA ECDSA AES AES128 AESCCM TLSv1.2 AEAD", 128},
    {0xC0AD, "ECDHE-ECDSA-AES256-CCM", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
     MONOCEROS_ECDHE "aECDSA ECDSA AES AES256 AESCCM TLSv1.2 AEAD", 256},
    {0x009E, "DHE-RSA-AES128-GCM-SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
     MONOCEROS_DHE "AES AES128 AESGCM SHA256 TLSv1.2 AEAD", 128},
    {0x009F, "DHE-RSA-AES256-GCM-SHA384", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
     MONOCEROS_DHE "AES AES256 AESGCM SHA384 TLSv1.2 AEAD", 256},
    {0xCCAA, "DHE-RSA-CHACHA20-POLY1305", "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
     MONOCEROS_DHE "CHACHA20 TLSv1.2 AEAD", 256},
    {0xC09E, "DHE-RSA-AES128-CCM", "TLS_DHE_RSA_WITH_AES_128_CCM", MONOCEROS_DHE "AES AES128 AESCCM TLSv1.2 AEAD", 128},
    {0xC09F, "DHE-RSA-AES256-CCM", "TLS_DHE_RSA_WITH_AES_256_CCM", MONOCEROS_DHE "AES AES256 AESCCM TLSv1.2 AEAD", 256},
    {0xC023, "ECDHE-ECDSA-AES128-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
     MONOCEROS_ECDHE "aECDSA ECDSA AES AES128 SHA256 TLSv1.2", 128},
    {0xC027, "ECDHE-RSA-AES128-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
     MONOCEROS_ECDHE "aRSA RSA AES AES128 SHA256 TLSv1.2", 128},
    {0xC024, "ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
     MONOCEROS_ECDHE "aECDSA ECDSA AES AES256 SHA384 TLSv1.2", 256},
    {0xC028, "ECDHE-RSA-AES256-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
     MONOCEROS_ECDHE "aRSA RSA AES AES256 SHA384 TLSv1.2", 256},
    {0xC009, "ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
     MONOCEROS_ECDHE "aECDSA ECDSA AES AES128 SHA1 SHA SSLv3 TLSv1 TLSv1.0", 128},
    {0xC013, "ECDHE-RSA-AES128-SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
     MONOCEROS_ECDHE "aRSA RSA AES AES128 SHA1 SHA SSLv3 TLSv1 TLSv1.0", 128},
    {0xC00A, "ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
     MONOCEROS_ECDHE "aECDSA ECDSA AES AES256 SHA1 SHA SSLv3 TLSv1 TLSv1.0", 256},
    {0xC014, "ECDHE-RSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
     MONOCEROS_ECDHE "aRSA RSA AES AES256 SHA1 SHA SSLv3 TLSv1 TLSv1.0", 256},
    {0x0067, "DHE-RSA-AES128-SHA256", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", MONOCEROS_DHE "AES AES128 SHA256 TLSv1.2",
     128},
    {0x006B, "DHE-RSA-AES256-SHA256", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", MONOCEROS_DHE "AES AES256 SHA256 TLSv1.2",
     256},
    {0x0033, "DHE-RSA-AES128-SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
     MONOCEROS_DHE "AES AES128 SHA1 SHA SSLv3 TLSv1 TLSv1.0", 128},
    {0x0039, "DHE-RSA-AES256-SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
     MONOCEROS_DHE "AES AES256 SHA1 SHA SSLv3 TLSv1 TLSv1.0", 256},
    {0x009C, "AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256",
     MONOCEROS_RSA "AES AES128 AESGCM SHA256 TLSv1.2 AEAD", 128},
    {0x009D, "AES256-GCM-SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384",
     MONOCEROS_RSA "AES AES256 AESGCM SHA384 TLSv1.2 AEAD", 256},
    {0xC09C, "AES128-CCM", "TLS_RSA_WITH_AES_128_CCM", MONOCEROS_RSA "AES AES128 AESCCM TLSv1.2 AEAD", 128},
    {0xC09D, "AES256-CCM", "TLS_RSA_WITH_AES_256_CCM", MONOCEROS_RSA "AES AES256 AESCCM TLSv1.2 AEAD", 256},
    {0x003C, "AES128-SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA256", MONOCEROS_RSA "AES AES128 SHA256 TLSv1.2", 128},
    {0x003D, "AES256-SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA256", MONOCEROS_RSA "AES AES256 SHA256 TLSv1.2", 256},
    {0x002F, "AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA", MONOCEROS_RSA "AES AES128 SHA1 SHA SSLv3 TLSv1 TLSv1.0",
     128},
    {0x0035, "AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA", MONOCEROS_RSA "AES AES256 SHA1 SHA SSLv3 TLSv1 TLSv1.0",
     256},
};
#undef MONOCEROS_ECDHE
#undef MONOCEROS_DHE
#undef MONOCEROS_RSA
constexpr std::size_t kUsualTls12 = 6;

// Words for suites that are not here at all: leaving them out is no error, and asking for them alone gives nothing.
constexpr std::string_view kAbsent[] = {
    "NULL",        "eNULL",     "aNULL",
    "ADH",         "AECDH",     "EXP",
    "EXPORT",      "EXPORT40",  "EXPORT56",
    "LOW",         "MEDIUM",    "RC2",
    "RC4",         "DES",       "3DES",
    "IDEA",        "SEED",      "CAMELLIA",
    "ARIA",        "MD5",       "aDSS",
    "DSS",         "PSK",       "kPSK",
    "aPSK",        "kDHEPSK",   "kECDHEPSK",
    "kEDHPSK",     "kEECDHPSK", "kRSAPSK",
    "SRP",         "kSRP",      "aSRP",
    "kECDHr",      "kECDHe",    "kDHr",
    "kDHd",        "aECDH",     "aDH",
    "KRB5",        "kKRB5",     "aKRB5",
    "GOST",        "kGOST",     "aGOST",
    "aGOST01",     "kGOST18",   "GOST94",
    "GOST89",      "GOST89MAC", "CAMELLIA128",
    "CAMELLIA256", "ARIA128",   "ARIA256",
    "ARIAGCM",     "AESCCM8",   "COMPLEMENTOFALL",
    "SSLv2",       "CBC",       "DES-CBC3-SHA",
    "RC4-SHA",     "RC4-MD5",
};

constexpr std::string_view kAliases[] = {
    "ALL",     "DEFAULT",  "COMPLEMENTOFDEFAULT",
    "HIGH",    "FIPS",     "ECDHE",
    "EECDH",   "kECDHE",   "kEECDH",
    "ECDH",    "DHE",      "EDH",
    "kDHE",    "kEDH",     "DH",
    "kRSA",    "aRSA",     "RSA",
    "aECDSA",  "ECDSA",    "AES",
    "AES128",  "AES256",   "AESGCM",
    "AESCCM",  "CHACHA20", "SHA",
    "SHA1",    "SHA256",   "SHA384",
    "AEAD",    "TLSv1.2",  "TLSv1",
    "TLSv1.0", "SSLv3",
};

bool has_word(Suite const& suite, std::string_view word) {
  return std::ranges::contains(base::split(suite.words, ' '), word);
}

bool is_usual(Suite const& suite) {
  return &suite < kTls12 + kUsualTls12;
}

bool is_in(Suite const& suite, std::string_view word) {
  if (word == "ALL" || word == "HIGH") return true;
  if (word == "DEFAULT") return is_usual(suite);
  if (word == "COMPLEMENTOFDEFAULT") return !is_usual(suite);
  if (word == "FIPS") return has_word(suite, "AES");
  return suite.name == word || suite.standard_name == word || has_word(suite, word);
}

bool is_tls12_name(std::string_view word) {
  return std::ranges::any_of(kTls12,
                             [&](auto const& suite) { return suite.name == word || suite.standard_name == word; });
}

// OpenSSL names suites that we do not have, too; which ones is known by their shape.
bool looks_absent(std::string_view word) {
  if (std::ranges::contains(kAbsent, word)) return true;
  if (!word.contains('-') && !word.contains('_')) return false;
  constexpr std::string_view kFamilies[] = {"PSK",  "SRP",  "DSS",  "CAMELLIA", "ARIA",  "RC4",  "DES", "IDEA",
                                            "SEED", "NULL", "GOST", "ADH",      "AECDH", "CCM8", "MD5"};
  return std::ranges::any_of(kFamilies, [&](auto family) { return word.contains(family); });
}

std::unexpected<base::Error> unknown(std::string_view word) {
  std::vector<std::string_view> names(std::begin(kAliases), std::end(kAliases));
  for (auto const& suite : kTls12) names.push_back(suite.name);
  for (auto const& suite : kTls13) names.push_back(suite.name);
  auto text = std::format("no cipher is known as '{}'", word);
  if (auto const near = base::nearest(word, names)) text += std::format(" (did you mean {}?)", *near);
  text += "; known are ";
  for (auto const name : names) text += (name == names.front() ? "" : " ") + std::string(name);
  return base::failure(text);
}

class Reader {
 public:
  base::Result<CipherList> read(std::string_view list) {
    std::string words(list);
    std::ranges::replace_if(words, [](char c) { return c == ',' || c == ' ' || c == ';'; }, ':');
    for (auto const word : base::split(words, ':')) {
      if (!word.empty()) TRY_VOID(apply(word));
    }
    return result();
  }

 private:
  base::Result<void> apply(std::string_view word) {
    if (word.starts_with('@')) return apply_command(word);
    char const sign = std::string_view("!-+").contains(word.front()) ? word.front() : ' ';
    if (sign != ' ') word.remove_prefix(1);
    if (auto const* suite = std::ranges::find(kTls13, word, &Suite::name); suite != std::end(kTls13))
      return apply_tls13(*suite, sign), base::Result<void>();
    asks_for_tls12_ |= sign == ' ';
    std::vector<Suite const*> meant;
    auto const parts = base::split(word, '+');
    for (auto const part : parts) {
      if (!std::ranges::contains(kAliases, part) && !is_tls12_name(part) && !looks_absent(part)) return unknown(part);
    }
    for (auto const& suite : kTls12) {
      if (std::ranges::all_of(parts, [&](auto part) { return is_in(suite, part); })) meant.push_back(&suite);
    }
    combine(meant, sign);
    return {};
  }

  base::Result<void> apply_command(std::string_view word) {
    if (word == "@STRENGTH") {
      std::ranges::stable_sort(active_, std::greater<>(), &Suite::bits);
      return {};
    }
    // mbedTLS has no levels: what it verifies is about what level 2 asks for.
    if (word.starts_with("@SECLEVEL=")) return {};
    return base::failure(std::format("'{}' is no command of a cipher list; known are @STRENGTH and @SECLEVEL=n", word));
  }

  void apply_tls13(Suite const& suite, char sign) {
    if (sign == '!' || sign == '-') {
      without_tls13_.push_back(&suite);
    } else if (sign == ' ' && !std::ranges::contains(tls13_, &suite)) {
      tls13_.push_back(&suite);
    }
  }

  void combine(std::vector<Suite const*> const& meant, char sign) {
    auto const is_meant = [&](Suite const* suite) { return std::ranges::contains(meant, suite); };
    if (sign == '!') killed_.append_range(meant);
    if (sign == '!' || sign == '-') return void(std::erase_if(active_, is_meant));
    if (sign == '+') return void(std::ranges::stable_partition(active_, std::not_fn(is_meant)));
    for (auto const* suite : meant) {
      if (!std::ranges::contains(active_, suite) && !std::ranges::contains(killed_, suite)) active_.push_back(suite);
    }
  }

  base::Result<CipherList> result() {
    bool const wants_tls13_only = !tls13_.empty() && !asks_for_tls12_;
    if (active_.empty() && !wants_tls13_only)
      return base::failure("no cipher that this server has is left (write HIGH, or leave the setting out)");
    if (tls13_.empty()) {
      for (auto const& suite : std::span(kTls13).first(kUsualTls13)) tls13_.push_back(&suite);
    }
    std::erase_if(tls13_, [&](auto const* suite) { return std::ranges::contains(without_tls13_, suite); });
    CipherList ciphers;
    for (auto const* suite : tls13_) ciphers.suites.push_back(suite->number);
    for (auto const* suite : active_) ciphers.suites.push_back(suite->number);
    ciphers.allows_tls12 = !active_.empty();
    return ciphers;
  }

  bool asks_for_tls12_ = false;
  std::vector<Suite const*> active_, killed_, tls13_, without_tls13_;
};

}  // namespace

base::Result<CipherList> parse_ciphers(std::string_view list) {
  return Reader().read(list);
}

CipherList default_ciphers() {
  return *parse_ciphers("DEFAULT");
}

std::string_view openssl_name(int suite) {
  for (std::span<Suite const> const suites : {std::span<Suite const>(kTls13), std::span<Suite const>(kTls12)}) {
    auto const found = std::ranges::find(suites, suite, &Suite::number);
    if (found != suites.end()) return found->name;
  }
  return {};
}

}  // namespace tls
