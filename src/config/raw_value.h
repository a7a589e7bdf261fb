// A value as a source gave it, before a setting has judged it. The kinds are those that Python, TOML and a command
// line have in common; what a Python file holds beyond them travels as `Callable` or `Opaque`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace config {

// A Python function or class that the Python layer keeps; we pass its number around and never look inside.
struct Callable {
  std::size_t index = 0;  // in the Python layer's list of held objects
  std::string display;    // its __qualname__
  bool is_class = false;

  bool operator==(Callable const&) const = default;
};

// A Python value that is neither plain nor callable (bytes, a module, a huge int ...). No setting takes it but as a
// part of a table.
struct Opaque {
  std::string display;                    // its str()
  std::optional<std::size_t> index = {};  // in the Python layer's list of held objects

  bool operator==(Opaque const&) const = default;
};

struct RawValue;
using RawList = std::vector<RawValue>;                           // list or tuple
using RawTable = std::vector<std::pair<std::string, RawValue>>;  // dict, in its order

struct RawValue {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, RawList, RawTable, Callable, Opaque> kind;

  RawValue() = default;  // None
  template <typename T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, RawValue>)
  RawValue(T&& value) : kind(std::forward<T>(value)) {}
  RawValue(char const* text) : kind(std::string(text)) {}
  RawValue(int number) : kind(std::int64_t{number}) {}

  template <typename T>
  T const* as() const {
    return std::get_if<T>(&kind);
  }
  bool is_none() const { return std::holds_alternative<std::monostate>(kind); }

  bool operator==(RawValue const&) const = default;
};

// The value as Python's str() and repr() write it, so that messages read as Gunicorn's do.
std::string to_text(RawValue const&);
std::string to_repr(RawValue const&);
std::string repr(std::string_view);

}  // namespace config
