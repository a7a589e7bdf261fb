// How a setting reaches its member of Settings: one Field per row of the table, made by naming the member.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "config/layer.h"
#include "config/machine.h"
#include "config/settings.h"

namespace config {

// What a value may be judged by, and where to leave a remark that the operator should read in the log.
struct Context {
  Machine const& machine;
  Texts& notes;
  // Where the value was written. What Gunicorn lets pass must pass where Gunicorn's users write; TOML is ours alone.
  Source source = Source::defaults;
};

struct Field {
  // How a command line gives it: an integer is converted there already, a flag takes no value, a list grows.
  enum class Shape { text, integer, mode, flag, list };

  // Judges a raw value and stores it; the error is Gunicorn's sentence, without the setting's name.
  base::Result<void> (*set)(Field const&, Settings&, RawValue const&, Context&);
  // The stored value for people and for comparing: what Gunicorn's --print-config shows.
  RawValue (*get)(Field const&, Settings const&);
  // The way out: "a whole number, 0 or more".
  std::string_view expects = {};
  // The words of an enum in its order; of an integer, words allowed besides numbers.
  std::span<std::string_view const> words = {};
  // A word's refusal, with %s or %r for the value; an unset hook's text.
  std::string_view text = {};
  Shape shape = Shape::text;
  // The member, where it is a hook.
  Hook Settings::* hook = nullptr;
};

}  // namespace config
