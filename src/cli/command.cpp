#include "cli/command.h"

#include <algorithm>
#include <array>

#include "cli/help.h"
#include "config/arguments.h"

namespace cli {
namespace {

using config::Arguments;

// Words that are commands, now or soon. Such a word is never an application; "status:application" is.
constexpr std::array<std::string_view, 7> kCommands{"python", "healthcheck", "pip", "bundle", "drain", "status", "top"};

bool is_command(std::string_view word) {
  return std::ranges::contains(kCommands, word);
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_interpreter(std::string_view path) {
  return path.starts_with("//") || base_name(path).starts_with("python");
}

Refuse refuse_usage(std::string const& program, std::string_view why) {
  return {usage(program) + program + ": error: " + std::string(why) + "\n", 2};
}

// Commands that are Python programs of ours: -P, because the directory of the start is the user's.
Python run_module(std::string module, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-P", "-m", std::move(module)});
  return {std::move(arguments)};
}

Command run_command(std::string const& program, std::string const& name, std::vector<std::string> arguments) {
  if (name == "python") return Python{std::move(arguments)};
  if (name == "pip") return run_module("monoceros.installer", std::move(arguments));
  if (name == "bundle") return run_module("monoceros.bundler", std::move(arguments));
  if (name != "healthcheck") return Refuse{program + ": error: not supported yet: " + name + "\n", 2};
  auto const asks_for_help = [](std::string const& word) { return word == "-h" || word == "--help"; };
  if (std::ranges::any_of(arguments, asks_for_help)) return ShowHelp{ShowHelp::Topic::healthcheck};
  auto healthcheck = parse_healthcheck(arguments);
  if (!healthcheck) return refuse_usage(program, healthcheck.error().message());
  return *std::move(healthcheck);
}

Command serve(std::string const& program, Arguments line, Arguments variable) {
  if (!line.positionals.empty()) {
    auto const& application = line.positionals.front();
    if (is_command(application)) {
      return refuse_usage(program, application +
                                       " is a command and comes first, before any option (a module of that "
                                       "name is written " +
                                       application + ":application)");
    }
    line.layer.push_back({"wsgi_app", application, {config::Source::command_line, "APP_MODULE"}});
  }
  return Serve{std::move(variable.layer), std::move(line.layer)};
}

}  // namespace

std::string program_name(Invocation const& invocation) {
  auto const name = invocation.words.empty() ? std::string_view() : base_name(invocation.words.front());
  return name.empty() ? "monoceros" : std::string(name);
}

Command parse_command(Invocation const& invocation, config::Environment const& environment) {
  auto const program = program_name(invocation);
  auto const& words = invocation.words;
  std::vector<std::string> arguments(words.begin() + !words.empty(), words.end());
  if (is_interpreter(invocation.executable) || (!words.empty() && is_interpreter(words.front()))) {
    return Python{std::move(arguments)};
  }
  if (!arguments.empty() && is_command(arguments.front())) {
    return run_command(program, arguments.front(), {arguments.begin() + 1, arguments.end()});
  }
  return parse_serve_command(words, environment);
}

Command parse_serve_command(std::vector<std::string> const& words, config::Environment const& environment) {
  auto const program = program_name({words, ""});
  std::vector<std::string> const arguments(words.begin() + !words.empty(), words.end());
  auto line = config::parse_arguments(arguments, config::Source::command_line);
  if (!line) return refuse_usage(program, line.error().message());
  if (line->wish == Arguments::Wish::help) return ShowHelp{};
  if (line->wish == Arguments::Wish::version) return ShowVersion{};

  auto variable = config::parse_environment_arguments(environment);
  if (!variable) return refuse_usage(program, variable.error().message());
  return serve(program, *std::move(line), *std::move(variable));
}

}  // namespace cli
