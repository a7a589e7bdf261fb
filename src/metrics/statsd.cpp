#include "metrics/statsd.h"

#include <algorithm>
#include <format>
#include <utility>

namespace metrics {
namespace {

constexpr std::string_view kOne = "1|c|@1.0";

// "shop", "shop." and "shop.." are all "shop.".
std::string with_one_dot(std::string prefix) {
  while (prefix.ends_with('.')) prefix.pop_back();
  return prefix.empty() ? prefix : prefix + '.';
}

}  // namespace

Statsd::Statsd(Options options)
    : prefix_(with_one_dot(std::move(options.prefix))),
      suffix_(options.tags.empty() ? "" : "|#" + options.tags),
      socket_(std::move(options.peer)) {}

void Statsd::request(int status, base::Duration duration) {
  std::string lines;
  auto const milliseconds = std::chrono::duration<double, std::milli>(duration).count();
  append(lines, "gunicorn.request.duration", std::format("{:.3f}|ms", milliseconds));
  append(lines, "gunicorn.requests", kOne);
  append(lines, std::format("gunicorn.request.status.{}", status), kOne);
  send(lines);
}

void Statsd::count(std::string_view name) {
  send_one(name, kOne);
}

void Statsd::gauge(std::string_view name, long value) {
  send_one(name, std::format("{}|g", value));
}

void Statsd::histogram(std::string_view name, long value) {
  send_one(name, std::format("{}|h", value));
}

bool Statsd::custom(std::string_view name, std::string_view value, std::string_view kind) {
  static constexpr std::pair<std::string_view, std::string_view> kEndings[] = {
      {"gauge", "|g"}, {"counter", "|c|@1.0"}, {"histogram", "|h"}, {"timer", "|ms"}};
  auto const ending = std::ranges::find_if(kEndings, [&](auto const& known) { return known.first == kind; });
  if (ending == std::end(kEndings)) return false;
  send_one(name, std::format("{}{}", value, ending->second));
  return true;
}

void Statsd::send_one(std::string_view name, std::string_view value) {
  std::string line;
  append(line, name, value);
  send(line);
}

void Statsd::append(std::string& lines, std::string_view name, std::string_view value) const {
  if (!lines.empty()) lines += '\n';
  lines.append(prefix_).append(name).append(":").append(value).append(suffix_);
}

void Statsd::send(std::string_view lines) {
  iovec const piece{const_cast<char*>(lines.data()), lines.size()};
  (void)socket_.send({&piece, 1});
}

}  // namespace metrics
