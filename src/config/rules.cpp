#include "config/rules.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <format>

#include "base/spellcheck.h"
#include "base/strings.h"
#include "config/integer.h"
#include "config/ip_network.h"

namespace config {
namespace {

namespace fs = std::filesystem;
using base::failure;
using base::Result;

bool exists(std::string const& path, Context const& context) {
  std::error_code error;
  return fs::exists(fs::path(context.machine.working_directory) / path, error);
}

bool is_pattern(std::string_view path) {
  return path.find_first_of("*?[") != path.npos;
}

bool is_port(std::string_view text) {
  auto const port = base::parse_decimal(text);
  return port && *port <= 65535;
}

// What a text that may stand for a choice means once its other spellings are gone.
template <std::size_t N>
RawValue canonical(RawValue const& value, std::array<std::pair<std::string_view, char const*>, N> const& spellings) {
  auto const* text = value.as<std::string>();
  if (!text) return value;
  auto const word = base::lower(base::trim(*text));
  auto const found = std::ranges::find(spellings, word, [](auto const& spelling) { return spelling.first; });
  return found == spellings.end() ? value : RawValue(found->second);
}

}  // namespace

Assigned assign_comma_list(Field const& field, Texts& into, RawValue const& value, Context& context) {
  std::optional<std::string> text;
  TRY_VOID(assign(field, text, value, context));
  Texts parts;
  for (auto const part : base::split(text.value_or(""), ',')) {
    if (!part.empty()) parts.emplace_back(base::trim(part));
  }
  into = std::move(parts);
  return {};
}

Assigned assign_networks(Field const& field, Texts& into, RawValue const& value, Context& context) {
  Texts networks;
  TRY_VOID(assign_comma_list(field, networks, value, context));
  for (auto const& network : networks) {
    if (network != "*") TRY_VOID(check_ip_network(network));
  }
  into = std::move(networks);
  return {};
}

Assigned assign_variables(Field const& field, Texts& into, RawValue const& value, Context& context) {
  Texts variables;
  TRY_VOID(assign(field, variables, value, context));
  for (auto const& variable : variables) {
    auto const equals = variable.find('=');
    if (equals == 0 || equals == variable.npos) return failure("environment setting " + repr(variable) + " invalid");
  }
  into = std::move(variables);
  return {};
}

Assigned assign_watched_files(Field const& field, Texts& into, RawValue const& value, Context& context) {
  Texts files;
  TRY_VOID(assign(field, files, value, context));
  for (auto const& file : files) {
    if (!is_pattern(file) && !exists(file, context)) return failure("File " + file + " does not exists.");
  }
  into = std::move(files);
  return {};
}

Assigned assign_directory(Field const& field, std::string& into, RawValue const& value, Context& context) {
  std::string given;
  TRY_VOID(assign(field, given, value, context));
  auto path = (fs::path(context.machine.working_directory) / given).lexically_normal().string();
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::error_code error;
  if (!fs::is_directory(path, error)) return failure("can't chdir to " + repr(given));
  into = std::move(path);
  return {};
}

Assigned assign_whatever(Field const& field, int& into, RawValue const& value, Context& context) {
  if (!value.as<std::string>() && !value.is_none()) return assign(field, into, value, context);
  return {};
}

Assigned assign_mode(Field const& field, mode_t& into, RawValue const& value, Context& context) {
  auto const* text = value.as<std::string>();
  auto const mode = text ? parse_mode(*text) : std::nullopt;
  TRY_VOID(assign(field, into, mode ? RawValue(*mode) : value, context));
  if (into <= 0777) return {};
  return failure(std::format("{0} is 0o{0:o}, and file modes end at 0o777", into));
}

Assigned assign_user(Field const& field, std::optional<uid_t>& into, RawValue const& value, Context& context) {
  into = context.machine.user;
  if (value.is_none()) return {};
  auto const* name = value.as<std::string>();
  if (!name || parse_integer(*name)) return assign(field, *into, value, context);
  auto const* entry = ::getpwnam(name->c_str());
  if (!entry) return failure("No such user: " + repr(*name));
  into = entry->pw_uid;
  return {};
}

Assigned assign_group(Field const& field, std::optional<gid_t>& into, RawValue const& value, Context& context) {
  into = context.machine.group;
  if (value.is_none()) return {};
  auto const* name = value.as<std::string>();
  if (!name || parse_integer(*name)) return assign(field, *into, value, context);
  auto const* entry = ::getgrnam(name->c_str());
  if (!entry) return failure("No such group: " + repr(*name));
  into = entry->gr_gid;
  return {};
}

Assigned assign_optional_mode(Field const& field, std::optional<mode_t>& into, RawValue const& value,
                              Context& context) {
  into.reset();
  if (value.is_none()) return {};
  mode_t mode = 0;
  TRY_VOID(assign_mode(field, mode, value, context));
  into = mode;
  return {};
}

Assigned assign_owner(Field const& field, std::optional<FileOwner>& into, RawValue const& value, Context& context) {
  into.reset();
  if (value.is_none()) return {};
  FileOwner owner;
  TRY_VOID(assign(field, owner.text, value, context));
  auto const colon = owner.text.find(':');
  auto const user = owner.text.substr(0, colon);
  auto const group = colon == owner.text.npos ? "" : owner.text.substr(colon + 1);
  if (!user.empty()) TRY_VOID(assign_user(field, owner.user, user, context));
  if (!group.empty()) TRY_VOID(assign_group(field, owner.group, group, context));
  into = std::move(owner);
  return {};
}

Assigned assign_frame_size(Field const&, unsigned& into, RawValue const& value, Context&) {
  auto const size = TRY(to_count(value, std::numeric_limits<unsigned>::max()));
  if (size < 16384 || size > 16777215) {
    return failure("http2_max_frame_size must be between 16384 and 16777215, got " + std::to_string(size));
  }
  into = static_cast<unsigned>(size);
  return {};
}

Assigned assign_proxy_protocol(Field const& field, ProxyProtocol& into, RawValue const& value, Context& context) {
  if (auto const* flag = value.as<bool>()) {
    into = *flag ? ProxyProtocol::auto_detect : ProxyProtocol::off;
    return {};
  }
  static constexpr std::array<std::pair<std::string_view, char const*>, 5> kSpellings{
      {{"false", "off"}, {"0", "off"}, {"none", "off"}, {"true", "auto"}, {"1", "auto"}}};
  return assign(field, into, canonical(value, kSpellings), context);
}

Assigned assign_cleartext(Field const& field, Http2Cleartext& into, RawValue const& value, Context& context) {
  if (auto const* flag = value.as<bool>()) {
    into = *flag ? Http2Cleartext::prior_knowledge : Http2Cleartext::off;
    return {};
  }
  return assign(field, into, value, context);
}

Assigned assign_protocols(Field const&, Texts& into, RawValue const& value, Context&) {
  auto const* text = value.as<std::string>();
  if (!text && !value.is_none()) return failure("http_protocols must be a string");
  Texts protocols;
  for (auto const part : base::split(text ? *text : "", ',')) {
    auto const protocol = base::lower(base::trim(part));
    if (protocol.empty()) continue;
    if (protocol != "h1" && protocol != "h2") {
      return failure("Invalid protocol '" + protocol + "'. Valid protocols: h1, h2");
    }
    if (std::ranges::contains(protocols, protocol)) return failure("Duplicate protocols specified");
    protocols.push_back(protocol);
  }
  into = protocols.empty() ? Texts{"h1"} : std::move(protocols);
  return {};
}

Assigned assign_statsd(Field const& field, std::optional<std::string>& into, RawValue const& value, Context& context) {
  TRY_VOID(assign(field, into, value, context));
  if (!into || into->starts_with("unix:")) return {};
  auto const colon = into->rfind(':');
  bool const has_port = colon != into->npos && into->find(']', colon) == into->npos;
  if (has_port && !is_port(std::string_view(*into).substr(colon + 1))) {
    return failure("Value must be one of ('host:port', 'unix://PATH')");
  }
  return {};
}

Assigned assign_level(Field const& field, logging::Level& into, RawValue const& value, Context& context) {
  auto const* text = value.as<std::string>();
  if (!text && !value.is_none()) return failure("Not a string: " + to_text(value));
  auto const level = to_choice(field, value, static_cast<std::size_t>(logging::Level::info));
  if (level) {
    into = static_cast<logging::Level>(*level);
    return {};
  }
  if (context.source == Source::toml_file) return std::unexpected(level.error());
  into = logging::Level::info;
  auto note = "loglevel: there is no level " + repr(*text) + ", so info is used";
  if (auto const near = base::nearest(base::lower(*text), field.words)) note += " (did you mean " + repr(*near) + "?)";
  context.notes.push_back(std::move(note));
  return {};
}

Assigned assign_logger(Field const& field, ClassName& into, RawValue const& value, Context& context) {
  TRY_VOID(assign(field, into, value, context));
  if (into.name == "simple") into = Settings().logger_class;
  return {};
}

RawValue show(Field const&, std::optional<FileOwner> const& owner) {
  return owner ? RawValue(owner->text) : RawValue();
}

RawValue show(Field const&, std::optional<uid_t> const& id) {
  return id ? RawValue(std::int64_t{*id}) : RawValue();
}

}  // namespace config
