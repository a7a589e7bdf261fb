#include "cli/healthcheck.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "cli/sources.h"
#include "config/arguments.h"

namespace cli {
namespace {

using base::failure;
using base::Result;

Result<void> store(Healthcheck& healthcheck, std::string_view flag, std::string const& value) {
  if (flag == "-b" || flag == "--bind") return healthcheck.address = value, Result<void>{};
  if (flag == "--path") {
    if (!value.starts_with('/')) return failure("healthcheck: --path begins with a slash: " + value);
    return healthcheck.path = value, Result<void>{};
  }
  auto const seconds = base::parse_decimal(value);
  if (!seconds || *seconds == 0 || *seconds > 3600) {
    return failure("healthcheck: " + std::string(flag) + " takes seconds from 1 to 3600: " + value);
  }
  healthcheck.timeout = std::chrono::seconds(*seconds);
  return {};
}

std::optional<std::string> first_bind(config::Layer const& layer) {
  auto const* const entry = config::find_entry(layer, "bind");
  if (!entry) return std::nullopt;
  if (auto const* text = entry->value.as<std::string>()) return *text;
  auto const* const list = entry->value.as<config::RawList>();
  auto const* const text = list && !list->empty() ? list->front().as<std::string>() : nullptr;
  return text ? std::optional(*text) : std::nullopt;
}

// What cannot be read says nothing: it is for the server to complain about it.
std::vector<config::Layer> layers(config::Machine const& machine) {
  auto const line = config::parse_environment_arguments(machine.environment);
  ReadPython const read_nothing{[](auto const&) { return config::Layer(); },
                                [](auto const&) { return config::Layer(); }};
  return read_sources({line.value_or({}).layer, {}}, machine, read_nothing).layers;
}

std::string reachable(std::string address) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kAnywhere{
      {{"0.0.0.0", "127.0.0.1"}, {"[::]", "[::1]"}, {"*", "127.0.0.1"}}};
  if (address.starts_with("tcp://")) address.erase(0, 6);
  if (address.empty() || address.starts_with(':')) address.insert(0, "0.0.0.0");
  for (auto const& [anywhere, here] : kAnywhere) {
    bool const is_it =
        address.starts_with(anywhere) && (address.size() == anywhere.size() || address[anywhere.size()] == ':');
    if (is_it) return address.replace(0, anywhere.size(), here);
  }
  return address;
}

}  // namespace

Result<Healthcheck> parse_healthcheck(std::span<std::string const> words) {
  Healthcheck healthcheck;
  constexpr std::array<std::string_view, 5> kFlags{"-b", "--bind", "--path", "-t", "--timeout"};
  for (std::size_t next = 0; next < words.size(); ++next) {
    auto const& word = words[next];
    auto const equals = word.starts_with("--") ? word.find('=') : word.npos;
    auto const flag = std::string_view(word).substr(0, equals);
    if (word == "--tls") {
      healthcheck.is_tls = true;
      continue;
    }
    if (!std::ranges::contains(kFlags, flag)) {
      return failure("healthcheck: unrecognized argument: " + word + " (it takes --bind, --tls, --path and --timeout)");
    }
    bool const is_glued = equals != word.npos;
    if (!is_glued && ++next == words.size()) return failure("healthcheck: " + word + ": expected one argument");
    TRY_VOID(store(healthcheck, flag, is_glued ? word.substr(equals + 1) : words[next]));
  }
  return healthcheck;
}

Target target(Healthcheck const& healthcheck, config::Machine const& machine) {
  auto address = healthcheck.address;
  bool is_tls = healthcheck.is_tls;
  std::optional<std::string> bound;
  for (auto const& layer : layers(machine)) {
    if (auto here = first_bind(layer)) bound = std::move(here);
    is_tls |= config::find_entry(layer, "certfile") != nullptr;
  }
  if (!address) address = bound;
  constexpr std::string_view guessed =
      "; nothing here names the address: --bind takes the one of the server's command line or Python config";
  return {.address = reachable(address.value_or("127.0.0.1:8000")),
          .is_tls = is_tls,
          .hint = address ? std::string_view() : guessed};
}

}  // namespace cli
