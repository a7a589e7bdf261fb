#include "tls/ciphers.h"

#include <gtest/gtest.h>

#include <string>

namespace tls {
namespace {

// The names of a list, those of TLS 1.3 as "+" each.
std::string names(std::string_view list) {
  auto const ciphers = parse_ciphers(list);
  if (!ciphers) return ciphers.error().message();
  std::string text;
  for (int const suite : ciphers->suites) {
    auto const name = openssl_name(suite);
    text += name.starts_with("TLS_") ? "+" : (text.empty() || text.ends_with('+') ? "" : " ") + std::string(name);
  }
  return text;
}

std::size_t count(std::string_view list) {
  auto const ciphers = parse_ciphers(list);
  return ciphers ? ciphers->suites.size() - 3 : 0;
}

TEST(Ciphers, AreByDefaultThoseWithForwardSecrecyAndAuthenticatedEncryption) {
  EXPECT_EQ(names("DEFAULT"),
            "+++ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 "
            "ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305");
  EXPECT_EQ(default_ciphers().suites, parse_ciphers("DEFAULT")->suites);
}

TEST(Ciphers, KeepTheOrderOfTheList) {
  EXPECT_EQ(names("ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256"),
            "+++ECDHE-RSA-AES256-GCM-SHA384 ECDHE-RSA-AES128-GCM-SHA256");
  EXPECT_EQ(names("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), "+++ECDHE-RSA-AES128-GCM-SHA256");
}

TEST(Ciphers, AreSeparatedByColonsCommasOrBlanks) {
  EXPECT_EQ(names("AES128-SHA,AES256-SHA AES128-SHA256"), "+++AES128-SHA AES256-SHA AES128-SHA256");
}

TEST(Ciphers, CombineWordsWithPlus) {
  EXPECT_EQ(names("ECDHE+CHACHA20+aRSA"), "+++ECDHE-RSA-CHACHA20-POLY1305");
  EXPECT_EQ(names("kRSA+AESGCM"), "+++AES128-GCM-SHA256 AES256-GCM-SHA384");
}

TEST(Ciphers, LeaveOutForGoodWhatHasAnExclamationMark) {
  EXPECT_EQ(names("!AES:ECDHE+aRSA:ECDHE-RSA-AES128-GCM-SHA256"), "+++ECDHE-RSA-CHACHA20-POLY1305");
}

TEST(Ciphers, TakeAwayWithMinusWhatMayComeAgain) {
  EXPECT_EQ(names("kRSA+AESGCM:-AES128:AES128-GCM-SHA256"), "+++AES256-GCM-SHA384 AES128-GCM-SHA256");
}

TEST(Ciphers, MoveToTheEndWithPlusInFront) {
  EXPECT_EQ(names("kRSA+AESGCM:+AES128"), "+++AES256-GCM-SHA384 AES128-GCM-SHA256");
}

TEST(Ciphers, SortByStrength) {
  EXPECT_EQ(names("kRSA+AESGCM:@STRENGTH"), "+++AES256-GCM-SHA384 AES128-GCM-SHA256");
}

TEST(Ciphers, ReadTheListsThatPeopleHave) {
  EXPECT_EQ(count("@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"), 14u);
  EXPECT_EQ(count("HIGH:!aNULL:!MD5"), count("ALL"));
  EXPECT_EQ(count("EECDH+AESGCM:EDH+AESGCM"), 6u);
  EXPECT_EQ(count("TLSv1"), 6u + 2u);
  EXPECT_EQ(count("ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-SHA256:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!3DES:!MD5:!PSK"),
            2u);
  EXPECT_EQ(count("ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA:ECDHE-RSA-CAMELLIA256-SHA384"), 1u)
      << "what no server has any more is passed over";
}

TEST(Ciphers, OfTls13AreAllOrThoseThatAreNamed) {
  auto const named = parse_ciphers("TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES128-GCM-SHA256");
  EXPECT_EQ(named->suites, (std::vector{0x1302, 0xC02F}));
  EXPECT_TRUE(named->allows_tls12);
  auto const alone = parse_ciphers("TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(alone->suites, std::vector{0x1302});
  EXPECT_FALSE(alone->allows_tls12);
}

TEST(Ciphers, AreRefusedWithTheWordThatIsNotKnown) {
  auto const text = names("HIGH:ECDHE-RSA-AES128-GCM-SHA265");
  EXPECT_TRUE(
      text.starts_with("no cipher is known as 'ECDHE-RSA-AES128-GCM-SHA265' (did you mean "
                       "ECDHE-RSA-AES128-GCM-SHA256?); known are ALL DEFAULT "))
      << text;
  EXPECT_TRUE(names("@NONSENSE").starts_with("'@NONSENSE' is no command of a cipher list"));
  EXPECT_TRUE(names("ECDHE+nonsense").starts_with("no cipher is known as 'nonsense'"));
}

TEST(Ciphers, AreRefusedWhereNoneIsLeft) {
  for (auto const* list : {"RC4:3DES", "HIGH:!ALL", "", ":", "TLS_AES_128_GCM_SHA256:RC4"})
    EXPECT_TRUE(names(list).starts_with("no cipher that this server has is left")) << list;
}

}  // namespace
}  // namespace tls
