#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/strings.h"

namespace cli {

unsigned terminal_width(config::Environment const& environment) {
  auto const variable = environment.find("COLUMNS");
  auto const columns = variable == environment.end() ? std::nullopt : base::parse_decimal(variable->second);
  if (columns && *columns > 0 && *columns < 10000) return static_cast<unsigned>(*columns);
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace cli
