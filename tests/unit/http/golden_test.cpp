// Golden requests: tests/data/http/NAME.req is what a client sends (C escapes; the line ends of the file itself do not
// count), NAME.want what comes of it: a line per request, or the status of the refusal. A new case is two new files.
// Lines that begin with "@" name settings that are not at their default: "@casefold_http_method", "@limit_request_body
// 3",
// "@trusted" (by forwarded_allow_ips).
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "base/strings.h"
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

struct Case {
  std::string input;
  Limits limits;
  Policy policy;
  bool trusted = false;
};

void apply(std::string_view setting, Case& to) {
  auto const blank = setting.find(' ');
  auto const name = setting.substr(0, blank);
  auto const value = blank == setting.npos ? "" : setting.substr(blank + 1);
  auto const number = base::parse_decimal(value).value_or(0);
  std::map<std::string_view, std::function<void()>> const settings = {
      {"permit_obsolete_folding", [&] { to.policy.leniency.obsolete_folding = true; }},
      {"strip_header_spaces", [&] { to.policy.leniency.header_spaces = true; }},
      {"permit_unconventional_http_method", [&] { to.policy.permit_unconventional_http_method = true; }},
      {"permit_unconventional_http_version", [&] { to.policy.permit_unconventional_http_version = true; }},
      {"casefold_http_method", [&] { to.policy.casefold_http_method = true; }},
      {"header_map", [&] { to.policy.header_map = value == "refuse" ? HeaderMap::refuse : HeaderMap::dangerous; }},
      {"forwarder_headers", [&] { to.policy.forwarder_headers = {std::string(value)}; }},
      {"limit_request_line", [&] { to.limits.request_line = number; }},
      {"limit_request_fields", [&] { to.limits.fields = number; }},
      {"limit_request_field_size", [&] { to.limits.field_size = number; }},
      {"limit_request_body", [&] { to.limits.body = number; }},
      {"trusted", [&] { to.trusted = true; }},
  };
  auto const found = settings.find(name);
  ASSERT_NE(found, settings.end()) << name;
  found->second();
}

Case load(std::filesystem::path const& path) {
  Case loaded;
  auto const text = read_file(path);
  std::string_view rest = text;
  while (rest.starts_with('@')) {
    auto const end = rest.find('\n');
    apply(rest.substr(1, end - 1), loaded);
    rest.remove_prefix(end + 1);
  }
  loaded.input = unescape(rest);
  return loaded;
}

struct Outcome {
  std::string seen, detail;
  bool operator==(Outcome const&) const = default;
};

void PrintTo(Outcome const& outcome, std::ostream* out) {
  *out << outcome.seen << outcome.detail;
}

// `rests`: as if each fragment but the last came after a while.
Outcome read(Case const& from, std::string_view input, std::size_t fragment, bool rests = false) {
  BufferPool pool;
  RequestReader reader(from.limits, from.policy, pool, from.trusted);
  std::string seen;
  while (!input.empty()) {
    auto const space = reader.space();
    if (!space) return {"no space", ""};
    auto const count = std::min({fragment, input.size(), space->size()});
    std::memcpy(space->data(), input.data(), count);
    input.remove_prefix(count);
    auto progress = reader.received(count);
    for (; progress == RequestReader::Progress::complete; progress = reader.next()) seen += render(reader);
    if (progress == RequestReader::Progress::refused)
      return {seen + std::to_string(reader.refusal().status) + "\n", reader.refusal().detail};
    if (rests) reader.rest();
  }
  return {seen + (reader.is_idle() ? "" : "incomplete\n"), ""};
}

class GoldenTest : public testing::TestWithParam<std::filesystem::path> {};

constexpr std::string_view kGood = "GET /good HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kGoodSeen = "GET /good [Host=a] {}\n";

TEST_P(GoldenTest, IsReadTheSameInEveryFragmentation) {
  auto const golden = load(GetParam());
  auto const& input = golden.input;
  auto const whole = read(golden, input, input.size());
  ASSERT_EQ(whole.seen, read_file(std::filesystem::path(GetParam()).replace_extension(".want"))) << whole.detail;
  auto const pipelined = std::string(kGood) + input;
  Outcome const behind{std::string(kGoodSeen) + whole.seen, whole.detail};
  ASSERT_EQ(read(golden, pipelined, pipelined.size()), behind) << "behind a good request";
  for (std::size_t fragment = 1; fragment < std::min<std::size_t>(input.size(), 200); ++fragment) {
    ASSERT_EQ(read(golden, input, fragment), whole) << "in fragments of " << fragment;
    ASSERT_EQ(read(golden, pipelined, fragment, true), behind) << "behind a good request, by " << fragment;
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
