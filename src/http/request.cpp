#include "http/request.h"

#include <utility>

#include "base/strings.h"

namespace http {
namespace {

constexpr std::size_t kKeptFields = 64;

}  // namespace

std::optional<std::string_view> Request::field(std::string_view name) const {
  for (auto const& field : fields) {
    if (field.name.size == name.size() && base::equal_ignoring_case(text(field.name), name)) return text(field.value);
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::last_field(std::string_view name) const {
  std::optional<std::string_view> last;
  for (auto const& field : fields) {
    if (field.name.size == name.size() && base::equal_ignoring_case(text(field.name), name)) last = text(field.value);
  }
  return last;
}

void Request::clear() {
  auto kept = std::move(fields);
  kept.clear();
  if (kept.capacity() > kKeptFields) kept.shrink_to_fit();
  *this = Request();
  fields = std::move(kept);
}

}  // namespace http
