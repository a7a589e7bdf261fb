// Makes a Field from a member of Settings: `field<&Settings::backlog>()`. The member's type says how it is read.
#pragma once

#include "config/assign.h"
#include "config/rules.h"

namespace config {

template <typename>
struct MemberOf;
template <typename T>
struct MemberOf<T Settings::*> {
  using Type = T;
};

template <typename T>
consteval Field::Shape shape_of() {
  if (std::same_as<T, bool>) return Field::Shape::flag;
  if (std::same_as<T, Texts>) return Field::Shape::list;
  if (std::integral<T> || std::same_as<T, Seconds> || std::same_as<T, WorkerCount>) return Field::Shape::integer;
  return Field::Shape::text;
}

template <typename T>
consteval std::string_view expected_for() {
  if (std::same_as<T, bool>) return "true or false";
  if (std::same_as<T, Texts>) return "a text or a list of texts";
  if (std::same_as<T, Pairs>) return "a table of texts";
  if (std::same_as<T, RawTable>) return "a table";
  if (std::same_as<T, base::ByteSize>) return "a number of bytes, or a whole number with K, M or G";
  if (std::same_as<T, Seconds>) return "a whole number of seconds, 0 or more";
  if (std::same_as<T, Hook>) return "a function, or the path of one as \"module.function\"";
  if (std::integral<T>) return "a whole number, 0 or more";
  return "a text";
}

// Rule: a function of assign()'s form where the type alone does not say how to judge.
template <auto Member, auto Rule = nullptr>
constexpr Field field() {
  using Type = MemberOf<decltype(Member)>::Type;
  return {.set = [](Field const& field, Settings& settings, RawValue const& value, Context& context) -> Assigned {
            if constexpr (std::is_null_pointer_v<decltype(Rule)>)
              return assign(field, settings.*Member, value, context);
            else
              return Rule(field, settings.*Member, value, context);
          },
          .get = [](Field const& field, Settings const& settings) { return show(field, settings.*Member); },
          .expects = expected_for<Type>(),
          .words = {},
          .text = {},
          .shape = shape_of<Type>(),
          .hook = nullptr};
}

// One of the words of an enum. `refusal` is Gunicorn's sentence, with %s or %r where the value goes.
template <auto Member, auto Rule = nullptr>
constexpr Field choice(std::span<std::string_view const> words, std::string_view refusal) {
  auto made = field<Member, Rule>();
  made.expects = {};
  made.words = words;
  made.text = refusal;
  return made;
}

// A hook; `unset` is what --print-config shows when it is not given.
template <auto Member>
constexpr Field hook(std::string_view unset) {
  auto made = field<Member>();
  made.text = unset;
  made.hook = Member;
  return made;
}

constexpr Field expecting(Field field, std::string_view expects) {
  field.expects = expects;
  return field;
}

constexpr Field shaped(Field field, Field::Shape shape) {
  field.shape = shape;
  return field;
}

}  // namespace config
