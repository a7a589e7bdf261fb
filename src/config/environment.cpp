#include "config/environment.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace config {
namespace {

std::string const* find(Environment const& environment, std::string_view name) {
  auto const found = environment.find(name);
  return found == environment.end() ? nullptr : &found->second;
}

std::string const* find_filled(Environment const& environment, std::string_view name) {
  auto const* const value = find(environment, name);
  return value && !value->empty() ? value : nullptr;
}

Entry entry(std::string name, RawValue value, std::string variable) {
  return {std::move(name), std::move(value), {Source::environment, std::move(variable)}};
}

bool is_yes(std::string_view text) {
  constexpr std::array<std::string_view, 4> kYes{"y", "1", "yes", "true"};
  return std::ranges::contains(kYes, base::lower(text));
}

}  // namespace

base::Result<Layer> read_environment(Environment const& environment) {
  Layer layer;
  if (auto const* port = find_filled(environment, "PORT")) {
    auto const number = base::parse_decimal(*port);
    if (!number || *number > 65535) {
      return base::failure("\nError: " + repr(*port) + " is not a valid port number.\n" +
                           "$PORT: it takes a whole number up to 65535");
    }
    layer.push_back(entry("bind", RawList{"0.0.0.0:" + *port}, "PORT"));
  }
  if (auto const* workers = find_filled(environment, "WEB_CONCURRENCY")) {
    layer.push_back(entry("workers", *workers, "WEB_CONCURRENCY"));
  }
  if (auto const* trusted = find(environment, "FORWARDED_ALLOW_IPS")) {
    layer.push_back(entry("forwarded_allow_ips", *trusted, "FORWARDED_ALLOW_IPS"));
  }
  if (auto const* sendfile = find(environment, "SENDFILE")) {
    layer.push_back(entry("sendfile", is_yes(*sendfile), "SENDFILE"));
  }
  return layer;
}

}  // namespace config
