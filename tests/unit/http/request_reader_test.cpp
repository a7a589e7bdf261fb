#include "http/request_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "http/wide_buffer.h"

namespace http {
namespace {

struct RequestReaderTest : testing::Test {
  Limits limits;
  Policy policy;
  BufferPool pool;

  // Feeds `input` in pieces of `fragment` bytes; renders every request and the refusal that ended it, if any.
  std::string read(std::string_view input, std::size_t fragment = 1 << 20, bool trusted = false) {
    RequestReader reader(limits, policy, pool, trusted);
    std::string seen;
    while (!input.empty()) {
      auto progress = hear_some(reader, input, fragment);
      for (; progress == RequestReader::Progress::complete; progress = reader.next()) seen += render(reader);
      if (progress == RequestReader::Progress::refused)
        return seen + std::to_string(reader.refusal().status) + " " + reader.refusal().detail;
      if (fragment % 2 == 0) reader.rest();
    }
    return seen + (reader.is_idle() ? "" : "incomplete");
  }

  // As much as it has room for, at most `limit` bytes; they are taken off `said`.
  static RequestReader::Progress hear_some(RequestReader& one, std::string_view& said, std::size_t limit) {
    auto const space = one.space().value();
    auto const count = std::min({limit, said.size(), space.size()});
    std::memcpy(space.data(), said.data(), count);
    said.remove_prefix(count);
    return one.received(count);
  }

  static RequestReader::Progress hear(RequestReader& one, std::string_view said) {
    for (;;) {
      auto const progress = hear_some(one, said, said.size());
      if (said.empty()) return progress;
    }
  }

  static std::string render(RequestReader const& reader) {
    auto const& request = reader.request();
    std::string text(request.text(request.method));
    text += " " + std::string(request.text(request.path));
    if (request.query.size) text += " ?" + std::string(request.text(request.query));
    for (auto const& field : request.fields)
      text += " [" + std::string(request.text(field.name)) + "=" + std::string(request.text(field.value)) + "]";
    return text + " {" + std::string(reader.body()) + "}" + (request.keep_alive ? "" : " close") + "\n";
  }

  void expect_at_every_fragment(std::string_view input, std::string const& expected) {
    for (std::size_t fragment = 1; fragment <= std::min<std::size_t>(input.size(), 64); ++fragment)
      ASSERT_EQ(read(input, fragment), expected) << "in fragments of " << fragment;
    EXPECT_EQ(read(input), expected);
  }
};

TEST_F(RequestReaderTest, ReadsAGet) {
  expect_at_every_fragment("GET /a?b=c HTTP/1.1\r\nHost: x \r\nA:\r\n\r\n", "GET /a ?b=c [Host=x] [A=] {}\n");
}

TEST_F(RequestReaderTest, ReadsPipelinedRequestsOneByOne) {
  expect_at_every_fragment(
      "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
      "\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;e=1\r\nab\r\n3\r\ncde\r\n0\r\nT: t\r\n\r\n"
      "GET /4 HTTP/1.0\r\n\r\n",
      "POST /1 [Host=x] [Content-Length=5] {hello}\n"
      "GET /2 [Host=x] {}\n"
      "POST /3 [Host=x] [Transfer-Encoding=chunked] {abcde}\n"
      "GET /4 {} close\n");
}

struct ChunkedContentTest : RequestReaderTest {
  // The head and the first two chunks, of which more are to come.
  void begin(RequestReader& one) {
    hear(one, head);
    hear(one, "3\r\nabc\r\n3\r\ndef\r\n");
  }

  // More than a block of the pool holds, and how they are rendered.
  static std::pair<std::string, std::string> many_requests() {
    std::string requests, rendered;
    while (requests.size() < 2 * BufferPool::kBlock) {
      auto const path = "/" + std::to_string(requests.size());
      requests += "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
      rendered += "GET " + path + " [Host=x] {}\n";
    }
    return {requests, rendered};
  }

  static std::string render_next(RequestReader& one) {
    std::string seen;
    while (one.next() == RequestReader::Progress::complete) seen += render(one);
    return seen;
  }

  std::string const head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  RequestReader reader{limits, policy, pool, false};
};

TEST_F(ChunkedContentTest, IsReceivedMuchAtATime) {
  begin(reader);
  EXPECT_GE(reader.space()->size(), BufferPool::kWide / 2);
  EXPECT_EQ(hear(reader, "1\r\ng\r\n0\r\n\r\n"), RequestReader::Progress::complete);
  EXPECT_EQ(render(reader), "POST / [Host=x] [Transfer-Encoding=chunked] {abcdefg}\n");
}

TEST_F(ChunkedContentTest, HasTheWideBufferNoLongerThanItReceives) {
  begin(reader);
  ASSERT_TRUE(reader.space());
  EXPECT_TRUE(is_wide_lent(pool));
  reader.rest();
  EXPECT_FALSE(is_wide_lent(pool));
  ASSERT_TRUE(reader.space());
  EXPECT_TRUE(is_wide_lent(pool));
  EXPECT_EQ(hear(reader, "0\r\n\r\n"), RequestReader::Progress::complete);
  auto const wide = pool.take_wide();
  ASSERT_TRUE(wide.bytes);
  std::memset(wide.bytes.get(), '?', wide.capacity);
  EXPECT_EQ(render(reader), "POST / [Host=x] [Transfer-Encoding=chunked] {abcdef}\n");
}

TEST_F(ChunkedContentTest, IsReceivedWithoutTheWideBufferWhereItIsLent) {
  RequestReader other(limits, policy, pool, false);
  begin(other);
  ASSERT_TRUE(other.space());
  begin(reader);
  EXPECT_LE(reader.space()->size(), BufferPool::kBlock);
  EXPECT_EQ(hear(reader, "0\r\n\r\n"), RequestReader::Progress::complete);
  EXPECT_EQ(render(reader), "POST / [Host=x] [Transfer-Encoding=chunked] {abcdef}\n");
}

TEST_F(ChunkedContentTest, EndsBeforeTheRequestsThatCameWithIt) {
  begin(reader);
  auto const [requests, expected] = many_requests();
  EXPECT_EQ(hear(reader, "0\r\n\r\n" + requests), RequestReader::Progress::complete);
  EXPECT_EQ(render(reader), "POST / [Host=x] [Transfer-Encoding=chunked] {abcdef}\n");
  EXPECT_EQ(render_next(reader), expected);
  EXPECT_TRUE(reader.is_idle());
  EXPECT_FALSE(is_wide_lent(pool));
}

TEST_F(ChunkedContentTest, LeavesTheContentOfLaterRequestsWhereItIs) {
  begin(reader);
  EXPECT_EQ(hear(reader, "0\r\n\r\n" + many_requests().first + "PUT /last "), RequestReader::Progress::complete);
  render_next(reader);
  EXPECT_EQ(hear(reader, "HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"), RequestReader::Progress::complete);
  if (auto const wide = pool.take_wide(); wide.bytes) std::memset(wide.bytes.get(), '?', wide.capacity);
  EXPECT_EQ(render(reader), "PUT /last [Host=x] [Content-Length=3] {abc}\n");
}

TEST_F(RequestReaderTest, ReadsMethodsTheParserDoesNotKnow) {
  expect_at_every_fragment("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", "BREW /pot [Host=x] {}\n");
  expect_at_every_fragment("PRI /pot HTTP/1.1\r\nHost: x\r\n\r\n", "PRI /pot [Host=x] {}\n");
}

TEST_F(RequestReaderTest, RefusesWhatIsNotAMethod) {
  EXPECT_EQ(read("get / HTTP/1.1\r\n\r\n"), "400 Invalid HTTP method: 'get'");
  EXPECT_EQ(read("G(T / HTTP/1.1\r\n\r\n"), "400 Invalid HTTP request line");
  EXPECT_TRUE(read("\x16\x03\x01\x02\x00\r\n").starts_with("400 ")) << "a TLS hello on a plain port";
}

TEST_F(RequestReaderTest, ReadsAnUpgradeLikeAnyRequest) {
  expect_at_every_fragment(
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: w\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
      "GET / [Host=x] [Connection=upgrade] [Upgrade=w] {}\nGET /2 {} close\n");
}

TEST_F(RequestReaderTest, KeepsALargeBodyWhole) {
  limits.body_in_memory = 100'000;
  std::string content(300'000, 'x');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>('a' + i % 23);
  auto const head = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(content.size()) + "\r\n\r\n";
  for (std::size_t fragment : {1000u, 16384u, 999'999u})
    EXPECT_EQ(read(head + content, fragment), "PUT / [Host=x] [Content-Length=300000] {" + content + "}\n");
  std::string chunked = "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < content.size(); at += 30'000)
    chunked += "7530\r\n" + content.substr(at, 30'000) + "\r\n";
  chunked += "0\r\n\r\n";
  for (std::size_t fragment : {1000u, 16384u, 999'999u})
    EXPECT_EQ(read(chunked, fragment), "PUT / [Host=x] [Transfer-Encoding=chunked] {" + content + "}\n");
}

TEST_F(RequestReaderTest, KeepsTheHeadWhenTheBufferGrows) {
  limits.field_size = 60'000;
  auto const value = std::string(50'000, 'v');
  auto const input = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nBig: " + value + "\r\n\r\n";
  for (std::size_t fragment : {7u, 1000u, 999'999u})
    EXPECT_EQ(read(input, fragment), "GET /1 [Host=x] {}\nGET /2 [Host=x] [Big=" + value + "] {}\n");
}

TEST_F(RequestReaderTest, GivesAMessageOnAsItCameWhateverWasReadBefore) {
  auto const head = "PUT /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n";
  auto const content = std::string(50'000, 'c');
  RequestReader reader(limits, policy, pool, false);
  auto const first = "GET /" + std::string(1000, '1') + " HTTP/1.1\r\nHost: x\r\n\r\n";
  ASSERT_EQ(hear(reader, first + head + "cc"), RequestReader::Progress::complete);
  ASSERT_EQ(reader.next(), RequestReader::Progress::incomplete);
  hear(reader, "c");
  reader.rest();
  ASSERT_EQ(hear(reader, std::string_view(content).substr(3)), RequestReader::Progress::complete);
  auto const received = reader.as_received().value();
  EXPECT_EQ(received.head, head);
  EXPECT_TRUE(received.rest == content);
}

TEST_F(RequestReaderTest, AnswersTheSizeOfTheExcess) {
  limits.request_line = 20;
  EXPECT_EQ(read("GET /1234567 HTTP/1.1\r\nHost: x\r\n\r\n"),
            "414 Request Line is too large (limit_request_line is 20)");
  limits.fields = 1;
  EXPECT_EQ(read("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\n\r\n"),
            "431 Error parsing headers: 'limit request headers fields'");
  limits.field_size = 10;
  EXPECT_EQ(read("GET / HTTP/1.1\r\nA: 12345\r\n\r\n").substr(0, 3), "400") << "no Host, but within the limit";
  EXPECT_EQ(read("GET / HTTP/1.1\r\nA: 1234567\r\n\r\n"),
            "431 Error parsing headers: 'limit request headers fields size'");
  limits.body = 3;
  EXPECT_EQ(read("PUT / HTTP/1.0\r\nContent-Length: 4\r\n\r\n").substr(0, 3), "431");
}

TEST_F(RequestReaderTest, RefusesWhatTwoReadersCouldReadTwoWays) {
  std::pair<std::string_view, std::string_view> const cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", "400 Invalid HTTP Header: 'HOST'"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400 Invalid HTTP Header: 'HOST'"},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Type: a\r\nContent-Type: b\r\n\r\n",
       "400 Invalid HTTP Header: 'CONTENT-TYPE'"},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400 Invalid HTTP Header: 'TRANSFER-ENCODING'"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
       "501 Unsupported transfer coding: 'gzip'"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \xa0"
       "chunked\r\n\r\n",
       "400 Invalid HTTP Header: 'TRANSFER-ENCODING'"},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505 Invalid HTTP Version: (2, 0)"},
      {"GET / HTTP/1.1\r\nHost: a\r\nExpect: gold\r\n\r\n", "417 Unable to comply with expectation: 'gold'"},
      {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", "400 Invalid request target: '*'"},
  };
  for (auto const& [input, answer] : cases) expect_at_every_fragment(input, std::string(answer));
  for (auto const* input :
       {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n",
        "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"})
    EXPECT_EQ(read(input).substr(0, 3), "400") << input;
}

TEST_F(RequestReaderTest, DropsFieldNamesWithUnderscores) {
  EXPECT_EQ(read("GET / HTTP/1.0\r\nX_A: 1\r\nX-A: 2\r\n\r\n"), "GET / [X-A=2] {} close\n");
  EXPECT_EQ(read("GET / HTTP/1.0\r\nSCRIPT_NAME: /s\r\n\r\n", 99, true), "GET / [SCRIPT_NAME=/s] {} close\n");
  EXPECT_EQ(read("GET / HTTP/1.0\r\nSCRIPT_NAME: /s\r\n\r\n"), "GET / {} close\n");
  policy.header_map = HeaderMap::refuse;
  EXPECT_EQ(read("GET / HTTP/1.0\r\nX_A: 1\r\n\r\n"), "400 Invalid HTTP header name: 'X_A'");
}

TEST_F(RequestReaderTest, TakesThePathOutOfEveryFormOfTarget) {
  EXPECT_EQ(read("GET http://h:1/a/b?c HTTP/1.0\r\n\r\n"), "GET /a/b ?c {} close\n");
  EXPECT_EQ(read("GET http://h?c HTTP/1.0\r\n\r\n"), "GET / ?c {} close\n");
  EXPECT_EQ(read("OPTIONS * HTTP/1.0\r\n\r\n"), "OPTIONS * {} close\n");
  EXPECT_EQ(read("GET //a?b?c HTTP/1.0\r\n\r\n"), "GET //a ?b?c {} close\n");
}

}  // namespace
}  // namespace http
