#include "bundle/archive.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace bundle {
namespace {

using base::failure;
using base::Result;

using Bytes = std::span<std::byte const>;

constexpr std::uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50;
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22;

// Little-endian numbers at places that were checked to be there.
template <typename Number>
Number number_at(Bytes bytes, std::uint64_t offset) {
  Number value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::uint16_t half_at(Bytes bytes, std::uint64_t offset) {
  return number_at<std::uint16_t>(bytes, offset);
}

std::uint32_t word_at(Bytes bytes, std::uint64_t offset) {
  return number_at<std::uint32_t>(bytes, offset);
}

bool holds(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
  return offset <= bytes.size() && size <= bytes.size() - offset;
}

bool begins_with(Bytes file, std::uint64_t offset, std::uint32_t signature) {
  return holds(file, offset, sizeof signature) && word_at(file, offset) == signature;
}

std::string_view text(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
  return {reinterpret_cast<char const*>(bytes.data() + offset), size};
}

// MS-DOS's form of a time, which ours is UTC in.
std::int64_t seconds_of(std::uint16_t date, std::uint16_t time) {
  namespace chrono = std::chrono;
  chrono::year_month_day const day{chrono::year(1980 + (date >> 9)), chrono::month((date >> 5) & 15),
                                   chrono::day(date & 31)};
  auto const midnight = day.ok() ? chrono::sys_days(day) : chrono::sys_days();
  return chrono::sys_seconds(midnight).time_since_epoch().count() + (time >> 11) * 3600 + ((time >> 5) & 63) * 60 +
         (time & 31) * 2;
}

bool is_good_name(std::string_view name) {
  return !name.empty() && !name.starts_with('/') && !name.contains("//") && !name.contains('\0');
}

// `left` < `right` + `more`, as bytes.
bool is_below(std::string_view left, std::string_view right, std::string_view more) {
  auto const head = left.substr(0, right.size());
  if (auto const order = head.compare(right); order != 0) return order < 0;
  return left.substr(right.size()) < more;
}

}  // namespace

Result<std::optional<Archive>> Archive::read(Bytes file, std::uint64_t begin) {
  bool const begins = begins_with(file, begin, kLocalHeader);
  bool const ends = holds(file, begin, kEndSize) && begins_with(file, file.size() - kEndSize, kEnd);
  if (!begins) return std::optional<Archive>();
  if (!ends) return failure("its end is missing");
  auto const end = file.size() - kEndSize;
  auto const count = half_at(file, end + 10);
  std::uint64_t const size = word_at(file, end + 12), offset = word_at(file, end + 16);
  if (half_at(file, end + 20) != 0 || half_at(file, end + 8) != count || offset < begin || offset > end ||
      size != end - offset) {
    return failure("its end is damaged");
  }
  Archive archive(file.first(end));
  TRY_VOID(archive.read_directory(offset, size, count));
  return archive;
}

Result<void> Archive::read_directory(std::uint64_t offset, std::uint64_t size, std::size_t count) {
  directory_ = offset;
  headers_.reserve(count);
  auto const directory = file_.subspan(offset, size);
  std::uint64_t at = 0;
  for (std::size_t number = 0; number < count; ++number) {
    if (!holds(directory, at, kCentralSize) || !begins_with(directory, at, kCentralHeader))
      return failure("its directory is damaged");
    std::uint64_t const length = half_at(directory, at + 28);
    auto const whole = kCentralSize + length + half_at(directory, at + 30) + half_at(directory, at + 32);
    if (!holds(directory, at, whole)) return failure("its directory is damaged");
    auto const own = text(directory, at + kCentralSize, length);
    if (!is_good_name(own) || (number > 0 && name(number - 1) >= own)) return failure("its names are damaged");
    if (half_at(directory, at + 10) != 0) return failure("it is compressed: " + std::string(own));
    std::uint64_t const content = word_at(directory, at + 42) + kLocalSize + length;
    if (content > offset || word_at(directory, at + 24) > offset - content) return failure("its directory is damaged");
    headers_.push_back(static_cast<std::uint32_t>(at));
    at += whole;
  }
  if (at != size) return failure("its directory is damaged");
  return {};
}

std::string_view Archive::name(std::size_t number) const {
  auto const header = directory_ + headers_[number];
  return text(file_, header + kCentralSize, half_at(file_, header + 28));
}

std::size_t Archive::first_not_below(std::string_view wanted, std::string_view more) const {
  auto const found = std::ranges::partition_point(headers_, [&](std::uint32_t const& header) {
    return is_below(name(static_cast<std::size_t>(&header - headers_.data())), wanted, more);
  });
  return static_cast<std::size_t>(found - headers_.begin());
}

Entry Archive::entry(std::size_t number) const {
  auto const central = directory_ + headers_[number];
  auto own = name(number);
  std::uint64_t const size = word_at(file_, central + 24), local = word_at(file_, central + 42);
  auto const content = local + kLocalSize + own.size();
  bool const is_folder = own.ends_with('/');
  if (is_folder) own.remove_suffix(1);
  return Entry{own,
               content,
               size,
               word_at(file_, central + 16),
               seconds_of(half_at(file_, central + 14), half_at(file_, central + 12)),
               number,
               is_folder};
}

std::optional<Entry> Archive::find(std::string_view wanted) const {
  if (wanted.empty()) {
    Entry root;
    root.number = size();
    root.is_folder = true;
    return root;
  }
  if (wanted.ends_with('/')) return {};
  for (std::string_view const more : {"", "/"}) {
    auto const number = first_not_below(wanted, more);
    if (number == size()) continue;
    auto const found = name(number);
    if (found.size() == wanted.size() + more.size() && found.starts_with(wanted) && found.ends_with(more))
      return entry(number);
  }
  return {};
}

std::optional<Archive::Child> Archive::child(std::string_view folder, std::size_t from) const {
  auto const prefix = folder.empty() ? 0 : folder.size() + 1;
  auto number = std::max(from, folder.empty() ? 0 : first_not_below(folder, "/") + 1);
  for (; number < size(); ++number) {
    auto const whole = name(number);
    if (whole.size() <= prefix || !whole.starts_with(folder) || (prefix != 0 && whole[folder.size()] != '/')) return {};
    auto const found = entry(number);
    auto const own = found.name.substr(prefix);
    // What is below a folder comes right behind it.
    auto const next = found.is_folder ? first_not_below(found.name, "0") : number + 1;
    if (!own.contains('/')) return Child{found, own, std::max(next, number + 1)};
  }
  return {};
}

std::string_view Archive::content(Entry const& entry) const {
  return text(file_, entry.offset, entry.size);
}

}  // namespace bundle
