#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_HEADER_ONLY 1
// The parser promises the optimiser what it has not checked ("[+" in a file). It is to promise nothing.
#define TOML_ASSERT(expression) static_cast<void>(0)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "config/toml.h"

#include <algorithm>
#include <format>
#include <sstream>

#include "base/spellcheck.h"
#include "base/sys.h"
#include "config/refusal.h"
#include "config/settings_table.h"

namespace config {
namespace {

using base::Result;

RawValue to_raw(toml::node const& node);

// The entries in the order of the file; toml++ keeps them by name.
std::vector<std::pair<toml::key const*, toml::node const*>> in_order(toml::table const& table) {
  std::vector<std::pair<toml::key const*, toml::node const*>> entries;
  for (auto const& [key, node] : table) entries.emplace_back(&key, &node);
  auto const place = [](auto const& entry) {
    auto const begin = entry.first->source().begin;
    return std::pair(begin.line, begin.column);
  };
  std::ranges::sort(entries, {}, place);
  return entries;
}

RawValue to_raw(toml::array const& array) {
  RawList list;
  for (auto const& node : array) list.push_back(to_raw(node));
  return list;
}

RawValue to_raw(toml::table const& table) {
  RawTable raw;
  for (auto const& [key, node] : in_order(table)) raw.emplace_back(std::string(key->str()), to_raw(*node));
  return raw;
}

template <typename T>
std::string printed(T const& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

RawValue to_raw(toml::node const& node) {
  if (auto const* text = node.as_string()) return text->get();
  if (auto const* integer = node.as_integer()) return integer->get();
  if (auto const* real = node.as_floating_point()) return real->get();
  if (auto const* flag = node.as_boolean()) return flag->get();
  if (auto const* array = node.as_array()) return to_raw(*array);
  if (auto const* table = node.as_table()) return to_raw(*table);
  if (auto const* date = node.as_date()) return Opaque(printed(date->get()));
  if (auto const* time = node.as_time()) return Opaque(printed(time->get()));
  if (auto const* moment = node.as_date_time()) return Opaque(printed(moment->get()));
  return {};
}

class Reader {
 public:
  Reader(toml::table const& table, std::string const& file_name) : table_(table), file_name_(file_name) {}

  Result<Layer> run() {
    for (auto const& [key, node] : in_order(table_)) {
      auto const name = std::string(key->str());
      if (name == "env")
        TRY_VOID(read_env(*node));
      else if (find_row(name))
        layer_.push_back({name, to_raw(*node), origin(node->source())});
      else
        return unknown(*key, *node);
    }
    add_env();
    return std::move(layer_);
  }

 private:
  std::string place(toml::source_region const& region) const {
    return std::format("{}:{}:{}", file_name_, region.begin.line, region.begin.column);
  }
  Origin origin(toml::source_region const& region) const { return {Source::toml_file, place(region)}; }

  std::unexpected<base::Error> unknown(toml::key const& key, toml::node const& node) const {
    auto const name = key.str();
    auto text = place(key.source()) + ": unknown setting " + repr(name) + " = " + to_repr(to_raw(node));
    auto const names = setting_names();
    if (auto const advice = advice_for_retired(name); !advice.empty()) {
      text += " (it went away: " + std::string(advice) + ")";
    } else if (auto const near = base::nearest(name, names)) {
      text += " (did you mean " + repr(*near) + "?)";
    }
    return refuse(text);
  }

  Result<void> read_env(toml::node const& node) {
    auto const* const table = node.as_table();
    if (!table) return refuse(place(node.source()) + ": env is a table of variables, as in [env] and NAME = \"value\"");
    for (auto const& [key, value] : in_order(*table)) {
      auto const text = variable_text(*value);
      if (!text) {
        return refuse(place(value->source()) + ": " + std::string(key->str()) +
                      " in [env] = " + to_repr(to_raw(*value)) + ": it takes a text, a number, or true or false");
      }
      variables_.push_back(std::string(key->str()) + "=" + *text);
    }
    env_origin_ = origin(node.source());
    return {};
  }

  // Numbers and booleans as the file has them, not as Python would print them.
  static std::optional<std::string> variable_text(toml::node const& node) {
    if (auto const* text = node.as_string()) return text->get();
    if (auto const* flag = node.as_boolean()) return std::string(flag->get() ? "true" : "false");
    if (node.is_number()) return to_text(to_raw(node));
    return std::nullopt;
  }

  // The table comes after the list, so that it wins where both name a variable.
  void add_env() {
    if (variables_.empty()) return;
    RawList all;
    auto const listed = std::ranges::find(layer_, "raw_env", &Entry::name);
    if (listed != layer_.end()) {
      auto const* const list = listed->value.as<RawList>();
      // A value of another kind stays for merge() to judge.
      if (!list && !listed->value.as<std::string>()) return;
      all = list ? *list : RawList{listed->value};
      layer_.erase(listed);
    }
    all.append_range(variables_);
    layer_.push_back({"raw_env", std::move(all), env_origin_});
  }

  toml::table const& table_;
  std::string const& file_name_;
  Layer layer_;
  RawList variables_;
  Origin env_origin_;
};

}  // namespace

Result<Layer> parse_toml(std::string_view content, std::string const& name) {
  auto const parsed = toml::parse(content);
  if (!parsed) {
    auto const& begin = parsed.error().source().begin;
    return refuse(std::format("{}:{}:{}: {}", name, begin.line, begin.column, parsed.error().description()));
  }
  return Reader(parsed.table(), name).run();
}

Result<Layer> read_toml(std::string const& path, std::string const& name) {
  auto const content = base::sys::read_file(path);
  if (!content) return refuse("cannot read the configuration file " + content.error().message());
  return parse_toml(*content, name);
}

}  // namespace config
