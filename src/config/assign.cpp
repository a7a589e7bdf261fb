#include "config/assign.h"

#include <algorithm>

#include "base/strings.h"
#include "config/integer.h"
#include "config/worker_class.h"

namespace config {
namespace {

using base::failure;
using base::Result;

bool is_false(RawValue const& value) {
  if (auto const* flag = value.as<bool>()) return !*flag;
  if (auto const* integer = value.as<std::int64_t>()) return *integer == 0;
  if (auto const* text = value.as<std::string>()) return text->empty();
  if (auto const* list = value.as<RawList>()) return list->empty();
  if (auto const* table = value.as<RawTable>()) return table->empty();
  return value.is_none();
}

Result<std::string> to_string(RawValue const& value) {
  auto const* text = value.as<std::string>();
  if (!text) return failure("Not a string: " + to_text(value));
  return std::string(base::trim(*text));
}

Result<std::int64_t> to_integer(RawValue const& value) {
  if (auto const* integer = value.as<std::int64_t>()) return *integer;
  if (auto const* flag = value.as<bool>()) return *flag ? 1 : 0;
  auto const* text = value.as<std::string>();
  if (!text) return failure("Not a whole number: " + to_text(value));
  if (auto const parsed = parse_integer_literal(*text)) return *parsed;
  return failure("invalid literal for int() with base 0: " + repr(*text));
}

std::string with_value(std::string_view sentence, RawValue const& value) {
  std::string text(sentence);
  if (auto const at = text.find("%s"); at != text.npos) text.replace(at, 2, to_text(value));
  if (auto const at = text.find("%r"); at != text.npos) text.replace(at, 2, to_repr(value));
  return text;
}

}  // namespace

Result<std::uint64_t> to_count(RawValue const& value, std::uint64_t most) {
  auto const integer = TRY(to_integer(value));
  if (integer < 0) return failure("Value must be positive: " + std::to_string(integer));
  auto const count = static_cast<std::uint64_t>(integer);
  if (count > most) {
    return failure("Value is too large: " + std::to_string(integer) + " (at most " + std::to_string(most) + ")");
  }
  return count;
}

Result<std::size_t> to_choice(Field const& field, RawValue const& value, std::size_t otherwise) {
  if (value.is_none()) return otherwise;
  auto const* text = value.as<std::string>();
  if (!text) return failure("Invalid type for casting: " + to_text(value));
  auto const found = std::ranges::find(field.words, base::lower(base::trim(*text)));
  if (found == field.words.end()) return failure(with_value(field.text, value));
  return static_cast<std::size_t>(found - field.words.begin());
}

Assigned assign(Field const&, bool& into, RawValue const& value, Context&) {
  if (value.is_none()) return into = false, Assigned{};
  if (auto const* flag = value.as<bool>()) return into = *flag, Assigned{};
  auto const* text = value.as<std::string>();
  if (!text) return failure("Invalid type for casting: " + to_text(value));
  auto const word = base::lower(base::trim(*text));
  if (word != "true" && word != "false") return failure("Invalid boolean: " + *text);
  into = word == "true";
  return {};
}

Assigned assign(Field const&, std::string& into, RawValue const& value, Context&) {
  if (!value.is_none()) into = TRY(to_string(value));
  return {};
}

Assigned assign(Field const&, std::optional<std::string>& into, RawValue const& value, Context&) {
  into.reset();
  if (!value.is_none()) into = TRY(to_string(value));
  return {};
}

Assigned assign(Field const&, Texts& into, RawValue const& value, Context&) {
  Texts texts;
  if (auto const* list = value.as<RawList>()) {
    for (auto const& item : *list) texts.push_back(TRY(to_string(item)));
  } else if (!is_false(value)) {
    texts.push_back(TRY(to_string(value)));
  }
  into = std::move(texts);
  return {};
}

Assigned assign(Field const&, Pairs& into, RawValue const& value, Context&) {
  auto const* table = value.as<RawTable>();
  if (!table) return failure("Value is not a dictionary: " + to_text(value));
  Pairs pairs;
  for (auto const& [name, text] : *table) pairs.emplace_back(name, TRY(to_string(text)));
  into = std::move(pairs);
  return {};
}

Assigned assign(Field const&, RawTable& into, RawValue const& value, Context&) {
  auto const* table = value.as<RawTable>();
  if (!table) return failure("Value is not a dictionary: " + to_text(value));
  into = *table;
  return {};
}

Assigned assign(Field const&, base::ByteSize& into, RawValue const& value, Context&) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  auto const* text = value.as<std::string>();
  auto const size = text ? base::parse_byte_size(*text) : std::nullopt;
  if (text && (!size || size->bytes > kMost)) return failure("Invalid size: " + *text);
  into = size ? *size : base::ByteSize{TRY(to_count(value, kMost))};
  return {};
}

Assigned assign(Field const&, Seconds& into, RawValue const& value, Context&) {
  // What a deadline in nanoseconds can hold, with room for the clock's own value.
  constexpr std::uint64_t kMost = std::numeric_limits<std::int32_t>::max();
  into = Seconds(TRY(to_count(value, kMost)));
  return {};
}

Assigned assign(Field const&, WorkerCount& into, RawValue const& value, Context&) {
  auto const* text = value.as<std::string>();
  if (text && base::lower(base::trim(*text)) == "auto") return into = {.count = 1, .is_auto = true}, Assigned{};
  into = {.count = static_cast<unsigned>(TRY(to_count(value, std::numeric_limits<unsigned>::max())))};
  return {};
}

Assigned assign(Field const&, WorkerClass& into, RawValue const& value, Context&) {
  if (auto const* object = value.as<Callable>()) {
    into = {WorkerClass::Kind::custom, object->display, *object};
  } else if (!value.is_none()) {
    auto const uri = TRY(to_string(value));
    into = {TRY(kind_of_worker_class(uri)), uri};
  }
  return {};
}

Assigned assign(Field const&, ClassName& into, RawValue const& value, Context&) {
  if (auto const* object = value.as<Callable>()) {
    into = {object->display, *object};
  } else if (!value.is_none()) {
    into = {TRY(to_string(value))};
  }
  return {};
}

Assigned assign(Field const&, Hook& into, RawValue const& value, Context&) {
  if (auto const* object = value.as<Callable>()) return into = {{}, *object}, Assigned{};
  auto const* path = value.as<std::string>();
  if (!path) return failure("Value is not callable: " + to_text(value));
  auto const dot = path->rfind('.');
  if (dot == path->npos || dot == 0 || dot + 1 == path->size()) {
    return failure("Value '" + *path + "' is not import string. Format: module[.submodules...].object");
  }
  into = {*path, {}};
  return {};
}

RawValue show(Field const&, bool flag) {
  return flag;
}
RawValue show(Field const&, std::string const& text) {
  return text;
}
RawValue show(Field const&, std::optional<std::string> const& text) {
  return text ? RawValue(*text) : RawValue();
}
RawValue show(Field const&, Texts const& texts) {
  return RawList(texts.begin(), texts.end());
}
RawValue show(Field const&, Pairs const& pairs) {
  return RawTable(pairs.begin(), pairs.end());
}
RawValue show(Field const&, RawTable const& table) {
  return table;
}
RawValue show(Field const&, base::ByteSize size) {
  return static_cast<std::int64_t>(size.bytes);
}
RawValue show(Field const&, Seconds seconds) {
  return std::int64_t{seconds.count()};
}
RawValue show(Field const&, WorkerCount const& workers) {
  return std::int64_t{workers.count};
}
RawValue show(Field const&, WorkerClass const& worker_class) {
  return worker_class.object ? RawValue(*worker_class.object) : RawValue(worker_class.name);
}
RawValue show(Field const&, ClassName const& name) {
  return name.object ? RawValue(*name.object) : RawValue(name.name);
}
RawValue show(Field const& field, Hook const& hook) {
  if (hook.object) return *hook.object;
  if (!hook.path.empty()) return Callable{.display = hook.path};
  return Opaque(std::string(field.text));
}

}  // namespace config
