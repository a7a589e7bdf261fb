#include "arbiter/inheritance.h"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <format>

#include "base/strings.h"
#include "base/sys.h"

namespace arbiter {
namespace {

std::optional<std::string> take_variable(char const* name) {
  auto const* const value = ::getenv(name);
  if (!value) return std::nullopt;
  std::string copy = value;
  ::unsetenv(name);
  return copy;
}

base::Result<int> to_number(std::string_view text, char const* name) {
  auto const number = base::parse_decimal(text);
  if (!number || *number > 0x7fffffff) {
    return base::failure(
        std::format("{}: '{}' is not a number (this variable is for the server's own upgrade: do not "
                    "set it)",
                    name, text));
  }
  return static_cast<int>(*number);
}

bool is_for_heir(std::string_view variable) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "GUNICORN_PID", "GUNICORN_FD", "MONOCEROS_READY", "MONOCEROS_INIT", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"};
  return std::ranges::contains(kNames, variable.substr(0, variable.find('=')));
}

std::string comma_separated(std::span<int const> numbers) {
  std::vector<std::string> texts;
  for (int const number : numbers) texts.push_back(std::to_string(number));
  return base::join(texts, ",");
}

}  // namespace

base::Result<Inheritance> Inheritance::take() {
  Inheritance inheritance;
  auto const pid = take_variable("GUNICORN_PID");
  auto const sockets = take_variable("GUNICORN_FD");
  auto const ready = take_variable("MONOCEROS_READY");
  auto const init = take_variable("MONOCEROS_INIT");
  if (!pid) return inheritance;
  inheritance.predecessor = TRY(to_number(*pid, "GUNICORN_PID"));
  for (auto const text : base::split(sockets.value_or(""), ',')) {
    if (!text.empty()) inheritance.sockets.push_back(TRY(to_number(text, "GUNICORN_FD")));
  }
  if (ready) inheritance.ready = TRY(to_number(*ready, "MONOCEROS_READY"));
  if (init) inheritance.init = TRY(to_number(*init, "MONOCEROS_INIT"));
  return inheritance;
}

bool Inheritance::is_shared() const {
  return predecessor == base::sys::parent_pid();
}

std::vector<int> Bequest::descriptors() const {
  auto all = passed;
  all.insert(all.end(), sockets.begin(), sockets.end());
  for (auto const& descriptor : {ready, init}) {
    if (descriptor) all.push_back(*descriptor);
  }
  return all;
}

std::vector<std::string> environment_for(std::vector<std::string> const& original, Bequest const& bequest,
                                         pid_t testator, pid_t heir) {
  std::vector<std::string> environment;
  for (auto const& variable : original) {
    if (is_for_heir(variable)) continue;
    // systemd's watchdog is for one process.
    bool const is_watchdog = variable == std::format("WATCHDOG_PID={}", testator);
    environment.push_back(is_watchdog ? std::format("WATCHDOG_PID={}", heir) : variable);
  }
  environment.push_back(std::format("GUNICORN_PID={}", testator));
  environment.push_back("GUNICORN_FD=" + comma_separated(bequest.sockets));
  if (bequest.ready) environment.push_back(std::format("MONOCEROS_READY={}", *bequest.ready));
  if (bequest.init) environment.push_back(std::format("MONOCEROS_INIT={}", *bequest.init));
  if (!bequest.passed.empty()) {
    environment.push_back(std::format("LISTEN_PID={}", heir));
    environment.push_back(std::format("LISTEN_FDS={}", bequest.passed.size()));
  }
  return environment;
}

}  // namespace arbiter
