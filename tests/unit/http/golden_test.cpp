// Golden requests: tests/data/http/NAME.req is what a client sends (C escapes; the line ends of the file itself do not
// count), NAME.want what comes of it: a line per request, or the status of the refusal. A new case is two new files.
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "http/request_reader.h"

namespace http {
namespace {

std::string read_file(std::filesystem::path const& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

std::string unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') continue;
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'r':
        bytes += '\r';
        break;
      case 'n':
        bytes += '\n';
        break;
      default: {
        int value = 0;
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
        bytes += static_cast<char>(value);
        i += 2;
      }
    }
  }
  return bytes;
}

std::string escape(std::string_view bytes) {
  std::string text;
  for (char const c : bytes) {
    if (c >= ' ' && c < 127)
      text += c;
    else
      text += std::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return text;
}

std::string render(RequestReader const& reader) {
  auto const& request = reader.request();
  std::string line = escape(request.text(request.method)) + " " + escape(request.text(request.path));
  if (request.query.size) line += " ?" + escape(request.text(request.query));
  for (auto const& field : request.fields)
    line += " [" + escape(request.text(field.name)) + "=" + escape(request.text(field.value)) + "]";
  return line + " {" + escape(reader.body()) + "}" + (request.keep_alive ? "" : " close") + "\n";
}

std::string read(std::string_view input, std::size_t fragment) {
  Limits const limits;
  Policy const policy;
  BufferPool pool;
  RequestReader reader(limits, policy, pool, false);
  std::string seen;
  while (!input.empty()) {
    auto const space = reader.space();
    if (!space) return "no space";
    auto const count = std::min({fragment, input.size(), space->size()});
    std::memcpy(space->data(), input.data(), count);
    input.remove_prefix(count);
    auto progress = reader.received(count);
    for (; progress == RequestReader::Progress::complete; progress = reader.next()) seen += render(reader);
    if (progress == RequestReader::Progress::refused) return seen + std::to_string(reader.refusal().status) + "\n";
  }
  return seen + (reader.is_idle() ? "" : "incomplete\n");
}

class GoldenTest : public testing::TestWithParam<std::filesystem::path> {};

constexpr std::string_view kGood = "GET /good HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kGoodSeen = "GET /good [Host=a] {}\n";

TEST_P(GoldenTest, IsReadTheSameInEveryFragmentation) {
  auto const input = unescape(read_file(GetParam()));
  auto const want = read_file(std::filesystem::path(GetParam()).replace_extension(".want"));
  ASSERT_EQ(read(input, input.size()), want);
  auto const pipelined = std::string(kGood) + input;
  ASSERT_EQ(read(pipelined, pipelined.size()), std::string(kGoodSeen) + want) << "behind a good request";
  for (std::size_t fragment = 1; fragment < std::min<std::size_t>(input.size(), 200); ++fragment) {
    ASSERT_EQ(read(input, fragment), want) << "in fragments of " << fragment;
    ASSERT_EQ(read(pipelined, fragment), std::string(kGoodSeen) + want) << "behind a good request, by " << fragment;
  }
}

std::vector<std::filesystem::path> cases() {
  std::vector<std::filesystem::path> found;
  for (auto const& entry : std::filesystem::directory_iterator(TEST_DATA "/http"))
    if (entry.path().extension() == ".req") found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

INSTANTIATE_TEST_SUITE_P(Http, GoldenTest, testing::ValuesIn(cases()),
                         [](auto const& info) { return info.param.stem().string(); });

}  // namespace
}  // namespace http
