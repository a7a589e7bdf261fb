#include "log/syslog.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/strings.h"
#include "base/sys.h"

namespace logging {
namespace {

// RFC 5424 section 6.2.1, by the names of syslog.conf(5).
constexpr std::pair<std::string_view, int> kFacilities[] = {
    {"kern", 0},    {"user", 1},    {"mail", 2},    {"daemon", 3},  {"auth", 4},      {"security", 4}, {"syslog", 5},
    {"lpr", 6},     {"news", 7},    {"uucp", 8},    {"cron", 9},    {"authpriv", 10}, {"ftp", 11},     {"local0", 16},
    {"local1", 17}, {"local2", 18}, {"local3", 19}, {"local4", 20}, {"local5", 21},   {"local6", 22},  {"local7", 23},
};

// A datagram may be larger, but no server is known that takes more.
constexpr std::size_t kLongestDatagram = 32 * 1024;

int severity(Level level) {
  switch (level) {
    case Level::debug:
      return 7;
    case Level::info:
      return 6;
    case Level::warning:
      return 4;
    case Level::error:
      return 3;
    case Level::critical:
      return 2;
  }
  return 6;
}

// A number between two texts, without allocating.
struct Number {
  explicit Number(int number) : end(std::to_chars(digits, digits + sizeof digits, number).ptr) {}
  operator std::string_view() const { return {digits, end}; }

  char digits[12];
  char* end;
};

iovec piece(std::string_view text) {
  return {const_cast<char*>(text.data()), text.size()};
}

bool is_tcp(base::Peer const& peer) {
  return !peer.is_path() && std::ranges::contains(peer.types, SOCK_STREAM);
}

std::string in_one_line(std::string_view message) {
  std::string line;
  for (char const c : message) {
    if (c == '\n')
      line += "#012";
    else
      line += c;
  }
  return line;
}

}  // namespace

std::optional<int> parse_facility(std::string_view name) {
  auto const found = std::ranges::find_if(
      kFacilities, [&](auto const& facility) { return base::equal_ignoring_case(facility.first, name); });
  return found == std::end(kFacilities) ? std::nullopt : std::optional(found->second);
}

Syslog::Syslog(Options options)
    : error_head_(options.program + ".error: ["),
      access_head_(options.program + ".access: ["),
      facility_(options.facility),
      takes_access_(options.takes_access),
      is_line_(is_tcp(options.peer)),
      socket_(std::move(options.peer)) {}

bool Syslog::write(Channel channel, Level level, std::string_view message) {
  std::string line;
  if (is_line_ && message.contains('\n')) message = line = in_one_line(message);
  if (!is_line_) message = message.substr(0, kLongestDatagram);
  Number const priority(facility_ * 8 + severity(level));
  Number const pid(base::sys::own_pid());
  std::string_view const end = is_line_ ? std::string_view("\n", 1) : std::string_view("\0", 1);
  std::array const pieces = {
      piece("<"), piece(priority), piece(">"),     piece(channel == Channel::error ? error_head_ : access_head_),
      piece(pid), piece("] "),     piece(message), piece(end)};
  return socket_.send(pieces);
}

}  // namespace logging
