#include "cli/help.h"

#include <algorithm>
#include <format>
#include <vector>

#include "base/strings.h"
#include "config/row_text.h"
#include "config/settings_table.h"

namespace cli {
namespace {

using config::Field;
using config::Row;
using config::Support;

constexpr std::size_t kHelpColumn = 24;
constexpr std::size_t kNarrowest = 50;
constexpr std::size_t kWidest = 120;

constexpr std::string_view kHealthcheckOptions = "[--bind ADDRESS] [--path PATH] [--timeout SECONDS] [--tls]";

std::size_t width_for(unsigned columns) {
  return std::clamp<std::size_t>(columns, kNarrowest, kWidest);
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (auto const word : base::split(text, ' ')) {
    auto& line = lines.back();
    if (line.empty())
      line = word;
    else if (line.size() + 1 + word.size() <= width)
      line += " " + std::string(word);
    else
      lines.emplace_back(word);
  }
  return lines;
}

// The flags in a column of their own; the help starts beside them if they are short enough, else below them.
std::string entry(std::string_view flags, std::string_view text, std::size_t width) {
  auto result = "  " + std::string(flags);
  bool const fits = result.size() + 2 <= kHelpColumn;
  if (!fits) result += '\n';
  bool beside = fits;
  for (auto const& line : wrap(text, width - kHelpColumn)) {
    result += std::string(kHelpColumn - (beside ? result.size() : 0), ' ') + line + '\n';
    beside = false;
  }
  return result;
}

std::string flags_of(Row const& row) {
  std::string flags;
  auto value = row.field.shape == Field::Shape::flag ? std::string() : " " + std::string(row.metavar);
  if (!value.empty() && !row.bare.empty()) value = std::format(" [{}]", row.metavar);
  for (auto const flag : row.flags) {
    if (!flag.empty()) flags += (flags.empty() ? "" : ", ") + std::string(flag) + value;
  }
  return flags;
}

std::string text_of(Row const& row) {
  std::string text(config::summary(row));
  auto const usual = config::default_of(row);
  if (row.field.shape != Field::Shape::flag && !usual.empty()) text += " [" + usual + "]";
  if (row.support == Support::not_yet) text += " (not supported yet)";
  if (row.support == Support::not_needed) text += " (no effect)";
  return text;
}

std::string section(config::Section const& section, std::size_t width) {
  std::string text;
  for (auto const& row : section.rows) {
    if (!row.flags[0].empty()) text += entry(flags_of(row), text_of(row), width);
  }
  return text.empty() ? text : std::format("\n{}:\n{}", section.title, text);
}

}  // namespace

std::string usage(std::string_view program) {
  return std::format("usage: {} [OPTIONS] [APP_MODULE]\n", program);
}

std::string help(std::string_view program, unsigned columns) {
  auto const width = width_for(columns);
  auto text = usage(program);
  text += "\nServes the WSGI or ASGI application APP_MODULE, as MODULE or MODULE:CALLABLE.\n\nCommands:\n";
  text += entry("python [...]", "The Python inside: a script, -m MODULE, -c CODE, or a prompt.", width);
  text += entry("pip [...]", "pip: packages go to ./site-packages.", width);
  text +=
      entry("bundle [APP_MODULE] [-r FILE] [-c CONFIG] -o FILE [-- OPTIONS]",
            "Make one executable of the application, its packages and this program; bundle --help tells more.", width);
  text += entry("healthcheck " + std::string(kHealthcheckOptions),
                "Ask the server beside us for PATH; the exit status tells whether it answered well.", width);
  text += "\nOptions:\n";
  text += entry("-h, --help", "Show this help and exit.", width);
  text += entry("-v, --version", "Show the version and exit.", width);
  for (auto const& each : config::settings_table()) text += section(each, width);
  text += "\nSettings without a flag, and the whole of each text: config/settings.md.\n";
  return text;
}

std::string healthcheck_help(std::string_view program, unsigned columns) {
  auto const width = width_for(columns);
  auto text = std::format("usage: {} healthcheck {}\n", program, kHealthcheckOptions);
  text +=
      "\nAsks the server beside us for PATH; exits with 0 for an answer from 200 to 399, else with 1.\n\nOptions:\n";
  text += entry("-h, --help", "Show this help and exit.", width);
  text += entry("-b ADDRESS, --bind ADDRESS",
                "Where the server listens, as in its own --bind. [what PORT, GUNICORN_CMD_ARGS and monoceros.toml say, "
                "else 127.0.0.1:8000]",
                width);
  text += entry("--path PATH", "The path to ask for. [/]", width);
  text += entry("-t SECONDS, --timeout SECONDS", "How long it may take, from 1 to 3600. [5]", width);
  text += entry("--tls", "Ask by HTTPS, whatever the certificate. [if a certfile is named there]", width);
  return text;
}

std::string version() {
  return "monoceros (version " MONOCEROS_VERSION ")\n";
}

}  // namespace cli
