#include "log/access_json.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace logging {
namespace {

using namespace std::chrono_literals;

base::WallTime const kTime{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 9h + 34min + 47s + 123ms};

std::string rendered(AccessRecord const& record, std::string_view format = "") {
  auto const compiled = AccessFormat::compile(format).value();
  return std::string(AccessJson(compiled).render(record, kTime));
}

TEST(AccessJson, HasTypedMembers) {
  AccessRecord const record{.remote_address = "192.0.2.1",
                            .method = "GET",
                            .target = "/a%20b?x=1",
                            .protocol = "HTTP/1.1",
                            .path = "/a b",
                            .query = "x=1",
                            .status = 200,
                            .body_bytes = 512,
                            .user_agent = "curl/8",
                            .duration = 1s + 2ms + 3us};
  EXPECT_EQ(rendered(record),
            R"({"time":"2026-11-20T09:34:47.123Z","log":"access","pid":)" + std::to_string(::getpid()) +
                R"(,"remote_address":"192.0.2.1","user":null,"method":"GET","target":"/a%20b?x=1","path":"/a b",)"
                R"("query":"x=1","protocol":"HTTP/1.1","status":200,"bytes":512,"duration":1.002003,"referer":null,)"
                R"("user_agent":"curl/8","aborted":false})");
}

TEST(AccessJson, CannotBeForged) {
  AccessRecord const forged{.user_agent = "x\",\"status\":999,\"y\":\"\\"};
  EXPECT_TRUE(rendered(forged).contains(R"("user_agent":"x\",\"status\":999,\"y\":\"\\","aborted")"));
}

TEST(AccessJson, HasAnObjectOfEachKindThatTheFormatNames) {
  struct Details : AccessDetails {
    std::string_view request_header(std::string_view name) const override { return name == "x-id" ? "7" : ""; }
    std::string_view response_header(std::string_view) const override { return "text/html"; }
    std::string_view environ_value(std::string_view) const override { return {}; }
  } const details;
  AccessRecord const record{.details = &details};
  EXPECT_TRUE(rendered(record, "%({X-Id}i)s %({x-id}i)s %({x-no}i)s %({Content-Type}o)s %({A}e)s")
                  .ends_with(R"("aborted":false,"request_headers":{"x-id":"7","x-no":null},)"
                             R"("response_headers":{"content-type":"text/html"},"environ":{"A":null}})"));
}

}  // namespace
}  // namespace logging
