// Raw values into typed members, by Python's conversions and with Gunicorn's sentences. `assign` judges and stores,
// `show` is its way back. None leaves a member that cannot be empty as it is. One pair per type; a setting with rules
// of its own gets a function beside them.
#pragma once

#include <concepts>
#include <limits>
#include <type_traits>

#include "config/field.h"

namespace config {

using Assigned = base::Result<void>;

Assigned assign(Field const&, bool& into, RawValue const&, Context&);
Assigned assign(Field const&, std::string& into, RawValue const&, Context&);
Assigned assign(Field const&, std::optional<std::string>& into, RawValue const&, Context&);
Assigned assign(Field const&, Texts& into, RawValue const&, Context&);
Assigned assign(Field const&, Pairs& into, RawValue const&, Context&);
Assigned assign(Field const&, RawTable& into, RawValue const&, Context&);
Assigned assign(Field const&, base::ByteSize& into, RawValue const&, Context&);
Assigned assign(Field const&, Seconds& into, RawValue const&, Context&);
Assigned assign(Field const&, WorkerCount& into, RawValue const&, Context&);
Assigned assign(Field const&, WorkerClass& into, RawValue const&, Context&);
Assigned assign(Field const&, ClassName& into, RawValue const&, Context&);
Assigned assign(Field const&, Hook& into, RawValue const&, Context&);

// A whole number from 0 to `most`.
base::Result<std::uint64_t> to_count(RawValue const&, std::uint64_t most);

// The place of a word in `field.words`, without regard to case; `otherwise` for None.
base::Result<std::size_t> to_choice(Field const&, RawValue const&, std::size_t otherwise);

template <std::integral T>
Assigned assign(Field const&, T& into, RawValue const& value, Context&) {
  into = static_cast<T>(TRY(to_count(value, static_cast<std::uint64_t>(std::numeric_limits<T>::max()))));
  return {};
}

template <typename T>
  requires std::is_enum_v<T>
Assigned assign(Field const& field, T& into, RawValue const& value, Context&) {
  into = static_cast<T>(TRY(to_choice(field, value, static_cast<std::size_t>(into))));
  return {};
}

RawValue show(Field const&, bool);
RawValue show(Field const&, std::string const&);
RawValue show(Field const&, std::optional<std::string> const&);
RawValue show(Field const&, Texts const&);
RawValue show(Field const&, Pairs const&);
RawValue show(Field const&, RawTable const&);
RawValue show(Field const&, base::ByteSize);
RawValue show(Field const&, Seconds);
RawValue show(Field const&, WorkerCount const&);
RawValue show(Field const&, WorkerClass const&);
RawValue show(Field const&, ClassName const&);
RawValue show(Field const&, Hook const&);

template <std::integral T>
RawValue show(Field const&, T value) {
  return static_cast<std::int64_t>(value);
}

template <typename T>
  requires std::is_enum_v<T>
RawValue show(Field const& field, T value) {
  return std::string(field.words[static_cast<std::size_t>(value)]);
}

}  // namespace config
