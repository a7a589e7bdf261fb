#include "config/arguments.h"

#include <algorithm>

#include "base/spellcheck.h"
#include "base/strings.h"
#include "config/integer.h"
#include "config/options.h"
#include "config/shell_words.h"

namespace config {
namespace {

using base::failure;
using base::Result;

// "-3" and "-.5" are values, not options.
bool is_negative_number(std::string_view word) {
  word.remove_prefix(1);
  auto const dot = word.find('.');
  auto const digits = [](std::string_view text) { return std::ranges::all_of(text, base::is_digit); };
  if (dot == word.npos) return !word.empty() && digits(word);
  return digits(word.substr(0, dot)) && dot + 1 < word.size() && digits(word.substr(dot + 1));
}

bool accepts(Row const& row, std::string_view text) {
  Machine const machine{};
  Texts notes;
  Settings scratch;
  Context context{machine, notes};
  return row.field.set(row.field, scratch, std::string(text), context).has_value();
}

std::unexpected<base::Error> refuse(Option const& option, std::string_view why) {
  return failure("argument " + spelled(option) + ": " + std::string(why));
}

Result<RawValue> convert(Option const& option, std::string_view text) {
  auto const& field = option.row->field;
  if (field.shape == Field::Shape::list) return RawList{std::string(text)};
  bool const is_number = field.shape == Field::Shape::integer || field.shape == Field::Shape::mode;
  if (!is_number || std::ranges::contains(field.words, base::lower(text))) return std::string(text);
  auto const number = field.shape == Field::Shape::mode ? parse_mode(text) : parse_integer(text);
  if (number) return *number;
  return refuse(option, "invalid int value: " + repr(text) + " (it takes " + std::string(field.expects) + ")");
}

class Reader {
 public:
  Reader(std::span<std::string const> words, Source source) : words_(words), source_(source) {}

  Result<Arguments> run() {
    while (next_ < words_.size() && result_.wish == Arguments::Wish::run) {
      std::string_view const word = words_[next_++];
      if (word == "--") {
        take_positionals(words_.subspan(next_));
        break;
      }
      TRY_VOID(take(word));
    }
    if (!strangers_.empty() && result_.wish == Arguments::Wish::run) return unrecognised();
    return std::move(result_);
  }

 private:
  // Whether a word can be the value of the option before it.
  Result<bool> is_value(std::string_view word) const {
    if (word.size() < 2 || word[0] != '-') return true;
    if (TRY(recognise(options_, word))) return false;
    return is_negative_number(word) || word.contains(' ');
  }

  Result<void> take(std::string_view word) {
    if (word.size() < 2 || word[0] != '-') return take_positionals({&words_[next_ - 1], 1}), Result<void>{};
    auto const recognised = TRY(recognise(options_, word));
    if (recognised) {
      has_group_ended_ = !result_.positionals.empty();
      return take_option(*recognised, word);
    }
    if (is_negative_number(word) || word.contains(' '))
      return take_positionals({&words_[next_ - 1], 1}), Result<void>{};
    has_group_ended_ = !result_.positionals.empty();
    strangers_.emplace_back(word);
    return {};
  }

  // Positionals stand together; one that follows a later option is a stranger.
  void take_positionals(std::span<std::string const> words) {
    auto& taken = has_group_ended_ ? strangers_ : result_.positionals;
    taken.insert(taken.end(), words.begin(), words.end());
  }

  Result<void> take_option(Recognised recognised, std::string_view word) {
    auto const& option = recognised.option;
    if (option.takes_value()) {
      auto const text = TRY(value_of(recognised));
      return store(option, TRY(convert(option, text)));
    }
    TRY_VOID(take_flag(option));
    // "-Rw4" is -R, then -w4.
    if (recognised.value && word.starts_with(option.flag) && !word.starts_with("--") && !word.contains('=')) {
      std::string const following = "-" + std::string(*recognised.value);
      if (auto const glued = TRY(recognise(options_, following))) return take_option(*glued, following);
    }
    if (recognised.value) return refuse(option, "ignored explicit argument " + repr(*recognised.value));
    return {};
  }

  Result<std::string_view> value_of(Recognised const& recognised) {
    if (recognised.value) return *recognised.value;
    auto const& option = recognised.option;
    bool const has_next = next_ < words_.size() && words_[next_] != "--" && TRY(is_value(words_[next_]));
    // Unlike argparse, an optional value does not eat the application's name.
    if (option.value_is_optional() && !(has_next && accepts(*option.row, words_[next_]))) return option.row->bare;
    if (!has_next) return refuse(option, "expected one argument");
    return words_[next_++];
  }

  Result<void> take_flag(Option const& option) {
    if (option.row) return store(option, option.row->bare != "false");
    bool const is_help = option.flag == "-h" || option.flag == "--help";
    result_.wish = is_help ? Arguments::Wish::help : Arguments::Wish::version;
    return {};
  }

  // A list grows; of any other value the last one counts.
  Result<void> store(Option const& option, RawValue value) {
    auto& layer = result_.layer;
    auto const name = option.row->name;
    auto const known = std::ranges::find(layer, name, &Entry::name);
    if (known == layer.end()) {
      layer.push_back({std::string(name), std::move(value), {source_, std::string(option.flag)}});
    } else if (option.row->field.shape == Field::Shape::list) {
      auto& list = std::get<RawList>(known->value.kind);
      list.push_back(value.as<RawList>()->front());
    } else {
      *known = {std::string(name), std::move(value), {source_, std::string(option.flag)}};
    }
    return {};
  }

  std::unexpected<base::Error> unrecognised() const {
    auto const& first = strangers_.front();
    auto const name = std::string_view(first).substr(0, first.find('='));
    auto message = "unrecognized arguments: " + base::join(strangers_, " ");
    if (auto const advice = advice_for_retired(name.substr(std::min<std::size_t>(2, name.size()))); !advice.empty()) {
      return failure(message + " (" + std::string(name) + " went away: " + std::string(advice) + ")");
    }
    std::vector<std::string_view> flags;
    for (auto const& option : options_) flags.push_back(option.flag);
    if (auto const near = base::nearest(name, flags); near && name.size() > 2) {
      message += " (did you mean " + std::string(*near) + "?)";
    }
    return failure(message);
  }

  std::span<std::string const> words_;
  Source source_;
  std::vector<Option> options_ = all_options();
  std::size_t next_ = 0;
  Arguments result_;
  std::vector<std::string> strangers_;
  bool has_group_ended_ = false;
};

}  // namespace

Result<Arguments> parse_arguments(std::span<std::string const> words, Source source) {
  return Reader(words, source).run();
}

Result<Arguments> parse_environment_arguments(Environment const& environment) {
  constexpr std::string_view kName = "GUNICORN_CMD_ARGS";
  auto const variable = environment.find(kName);
  if (variable == environment.end()) return Arguments();
  auto const words = split_shell_words(variable->second);
  if (!words) return std::unexpected(words.error().within(kName));
  auto arguments = parse_arguments(*words, Source::environment_arguments);
  if (!arguments) return std::unexpected(arguments.error().within(kName));
  arguments->positionals.clear();
  return arguments;
}

Result<Layer> baked_arguments(Baked const& baked) {
  auto arguments = parse_arguments(baked.arguments, Source::bundle);
  if (!arguments) return std::unexpected(arguments.error().within("what is baked into " + baked.folder));
  if (!arguments->positionals.empty())
    arguments->layer.push_back({"wsgi_app", arguments->positionals.front(), {Source::bundle, "APP_MODULE"}});
  return std::move(arguments->layer);
}

}  // namespace config
