#include "config/settings_table.h"

#include <algorithm>

#include "config/sections/sections.h"

namespace config {
namespace {

struct Retired {
  std::string_view name;
  std::string_view advice;
};

constexpr Retired kRetired[] = {
    {"debug", "use loglevel = \"debug\" for more to read, and reload while developing"},
    {"django_settings",
     "name the project's WSGI module as the application (\"mysite.wsgi\") and put "
     "DJANGO_SETTINGS_MODULE=mysite.settings in raw_env"},
    {"settings",
     "name the project's WSGI module as the application (\"mysite.wsgi\") and put "
     "DJANGO_SETTINGS_MODULE=mysite.settings in raw_env"},
    {"x_forwarded_for_header",
     "real_client_address = \"x-forwarded-for\" takes the client's address from X-Forwarded-For, where a proxy that "
     "forwarded_allow_ips names sends it"},
};

}  // namespace

std::span<Section const> settings_table() {
  static Section const kAll[] = {sections::kConfigFile,    sections::kServerSocket,  sections::kWorkerProcesses,
                                 sections::kSecurity,      sections::kDebugging,     sections::kServerMechanics,
                                 sections::kForwarding,    sections::kHttpLeniency,  sections::kLogging,
                                 sections::kProcessNaming, sections::kTls,           sections::kHttp2,
                                 sections::kServerHooks,   sections::kDirtyArbiters, sections::kDirtyArbiterHooks,
                                 sections::kControl,       sections::kUnixSockets,   sections::kLogLines,
                                 sections::kPrinting,      sections::kDraining,      sections::kClients,
                                 sections::kCertificates,  sections::kFiles};
  return kAll;
}

Row const* find_row(std::string_view name) {
  for (auto const& section : settings_table()) {
    auto const row = std::ranges::find(section.rows, name, &Row::name);
    if (row != section.rows.end()) return &*row;
  }
  return nullptr;
}

std::vector<std::string_view> setting_names() {
  std::vector<std::string_view> names;
  for (auto const& section : settings_table()) {
    for (auto const& row : section.rows) names.push_back(row.name);
  }
  return names;
}

std::vector<std::pair<Row const*, Hook const*>> hooks_of(Settings const& settings) {
  std::vector<std::pair<Row const*, Hook const*>> hooks;
  for (auto const& section : settings_table()) {
    for (auto const& row : section.rows) {
      if (row.is_hook() && settings.*row.field.hook) hooks.emplace_back(&row, &(settings.*row.field.hook));
    }
  }
  return hooks;
}

std::string_view advice_for_retired(std::string_view name) {
  auto const found = std::ranges::find(kRetired, name, &Retired::name);
  return found == std::end(kRetired) ? std::string_view() : found->advice;
}

}  // namespace config
