#include "log/access_line.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <map>

namespace logging {
namespace {

using namespace std::chrono_literals;

struct Details : AccessDetails {
  std::map<std::string, std::string, std::less<>> request, response, environ;

  static std::string_view find(auto const& map, std::string_view name) {
    auto const found = map.find(name);
    return found == map.end() ? std::string_view() : found->second;
  }
  std::string_view request_header(std::string_view name) const override { return find(request, name); }
  std::string_view response_header(std::string_view name) const override { return find(response, name); }
  std::string_view environ_value(std::string_view name) const override { return find(environ, name); }
};

base::WallTime const kTime{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 9h + 34min + 47s};

AccessRecord record() {
  return {.remote_address = "192.0.2.1",
          .method = "GET",
          .target = "/a%20b?x=1",
          .protocol = "HTTP/1.1",
          .path = "/a b",
          .query = "x=1",
          .status = 200,
          .body_bytes = 512,
          .user_agent = "curl/8"};
}

std::string rendered(std::string_view format, AccessRecord const& of = record()) {
  ::setenv("TZ", "UTC", 1);
  auto const compiled = AccessFormat::compile(format);
  if (!compiled) return compiled.error().message();
  return std::string(AccessLine(*compiled).render(of, kTime));
}

TEST(AccessLine, RendersGunicornsDefaultFormat) {
  EXPECT_EQ(rendered(R"(%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s")"),
            R"(192.0.2.1 - - [20/Nov/2026:09:34:47 +0000] "GET /a%20b?x=1 HTTP/1.1" 200 512 "-" "curl/8")");
}

TEST(AccessLine, RendersPartsOfTheRequest) {
  EXPECT_EQ(rendered("%(m)s|%(U)s|%(q)s|%(H)s|%(B)s"), "GET|/a b|x=1|HTTP/1.1|512");
  EXPECT_EQ(rendered("%(p)s"), "<" + std::to_string(::getpid()) + ">");
  EXPECT_EQ(rendered("[%(q)s]", {}), "[]");
}

TEST(AccessLine, RendersDurationsInFourUnits) {
  auto slow = record();
  slow.duration = 2s + 34ms + 56us;
  EXPECT_EQ(rendered("%(T)s %(M)s %(D)s %(L)s", slow), "2 2034 2034056 2.034056");
}

TEST(AccessLine, LooksHeadersAndEnvironUp) {
  Details details;
  details.request["x-request-id"] = "abc";
  details.response["content-type"] = "text/html";
  details.environ["wsgi.url_scheme"] = "https";
  auto with = record();
  with.details = &details;
  EXPECT_EQ(rendered("%({X-Request-Id}i)s %({Content-Type}o)s %({wsgi.url_scheme}e)s %({Other}i)s", with),
            "abc text/html https -");
  EXPECT_EQ(rendered("%({X-Request-Id}i)s"), "-");
}

TEST(AccessLine, ShowsUnknownAtomsAsADashAndTwoPercentSignsAsOne) {
  EXPECT_EQ(rendered("%(z)s %(nonsense)s %({x}q)s 100%%"), "- - - 100%");
}

TEST(AccessLine, ShowsARequestThatWasNeverReadAsADash) {
  EXPECT_EQ(rendered("%(r)s", {}), "-");
}

TEST(AccessLine, AlignsAndCutsAsPythonDoes) {
  EXPECT_EQ(rendered("[%(m)6s] [%(m)-6s] [%(m).2s] [%(s)5d]"), "[   GET] [GET   ] [GE] [  200]");
}

TEST(AccessLine, ClientsCannotForgeLinesOrFields) {
  auto forged = record();
  forged.user_agent = "x\" 200 0\n127.0.0.1 \\\" \x7f \xc3\xa9";
  EXPECT_EQ(rendered("%(a)s", forged), "x\\\" 200 0\\x0a127.0.0.1 \\\\\\\" \\x7f \xc3\xa9");
}

TEST(AccessLine, TimeFollowsTheClock) {
  auto const format = AccessFormat::compile("%(t)s").value();
  AccessLine line(format);
  EXPECT_EQ(line.render(record(), kTime), "[20/Nov/2026:09:34:47 +0000]");
  EXPECT_EQ(line.render(record(), kTime + 999ms), "[20/Nov/2026:09:34:47 +0000]");
  EXPECT_EQ(line.render(record(), kTime + 1s), "[20/Nov/2026:09:34:48 +0000]");
}

TEST(AccessFormat, RefusesWhatCannotBeRenderedInOneSentence) {
  EXPECT_EQ(rendered("%(h)s %h"),
            "access_log_format: after '%' comes '(NAME)s' or another '%', but character 7 begins '%h'");
  EXPECT_EQ(rendered("%(h"), "access_log_format: the closing ')' is missing, but character 1 begins '%(h'");
  EXPECT_EQ(rendered("%(h) x"), "access_log_format: a conversion ends with 's', but character 1 begins '%(h) x'");
  EXPECT_EQ(rendered("50%"), "access_log_format: after '%' comes '(NAME)s' or another '%', but character 3 begins '%'");
}

}  // namespace
}  // namespace logging
