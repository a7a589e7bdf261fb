#include "config/raw_value.h"

#include <format>

namespace config {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

std::string list_repr(RawList const& list) {
  std::string text = "[";
  for (auto const& item : list) {
    if (&item != &list.front()) text += ", ";
    text += to_repr(item);
  }
  return text + "]";
}

std::string table_repr(RawTable const& table) {
  std::string text = "{";
  for (auto const& entry : table) {
    if (&entry != &table.front()) text += ", ";
    text += repr(entry.first) + ": " + to_repr(entry.second);
  }
  return text + "}";
}

// Python writes 2.0 where C++ writes 2.
std::string number(double value) {
  auto text = std::format("{}", value);
  return text.find_first_not_of("-0123456789") == text.npos ? text + ".0" : text;
}

}  // namespace

std::string repr(std::string_view text) {
  char const quote = text.contains('\'') && !text.contains('"') ? '"' : '\'';
  std::string result(1, quote);
  for (char const c : text) {
    if (c == quote || c == '\\') result += '\\';
    if (c == '\n')
      result += "\\n";
    else if (c == '\t')
      result += "\\t";
    else if (c == '\r')
      result += "\\r";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      result += std::format("\\x{:02x}", c);
    else
      result += c;
  }
  return result + quote;
}

std::string to_repr(RawValue const& value) {
  return std::visit(Overloaded{
                        [](std::monostate) -> std::string { return "None"; },
                        [](bool flag) -> std::string { return flag ? "True" : "False"; },
                        [](std::int64_t integer) { return std::to_string(integer); },
                        [](double real) { return number(real); },
                        [](std::string const& text) { return repr(text); },
                        [](RawList const& list) { return list_repr(list); },
                        [](RawTable const& table) { return table_repr(table); },
                        [](Callable const& callable) { return "<" + callable.display + "()>"; },
                        [](Opaque const& opaque) { return opaque.display; },
                    },
                    value.kind);
}

std::string to_text(RawValue const& value) {
  if (auto const* text = value.as<std::string>()) return *text;
  return to_repr(value);
}

}  // namespace config
