#include "arbiter/pidfile.h"

#include <fcntl.h>

#include <format>
#include <optional>

#include "base/strings.h"
#include "base/sys.h"

namespace arbiter {
namespace {

std::optional<pid_t> pid_in(std::string const& path) {
  auto const content = base::sys::read_file(path);
  if (!content) return std::nullopt;
  auto const pid = base::parse_decimal(base::trim(*content));
  if (!pid || *pid == 0) return std::nullopt;
  return static_cast<pid_t>(*pid);
}

base::Result<void> write_whole(std::string const& path, std::string const& content) {
  auto const temporary = path + ".new";
  {
    auto const file = TRY(base::sys::open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0644));
    TRY_VOID(base::sys::set_mode(temporary, 0644));  // whatever the umask
    TRY_VOID(base::sys::write_all(file.get(), content));
  }
  return base::sys::rename(temporary, path);
}

}  // namespace

base::Result<Pidfile> Pidfile::create(std::string path, pid_t pid) {
  return create(std::move(path), pid, std::nullopt);
}

base::Result<Pidfile> Pidfile::create(std::string path, pid_t pid, std::optional<pid_t> predecessor) {
  auto const other = pid_in(path);
  // Our own pid is a leftover: in a container every run of the server has the same one.
  if (other && *other != pid && other != predecessor && base::sys::is_alive(*other)) {
    return base::failure(std::format("Already running on PID {} (or pid file '{}' is stale)", *other, path));
  }
  auto const written = write_whole(path, std::format("{}\n", pid));
  if (!written) return std::unexpected(written.error().within("pidfile: cannot write"));
  return Pidfile(std::move(path), pid);
}

base::Result<void> Pidfile::move(std::string path, pid_t predecessor) {
  auto moved = TRY(create(std::move(path), pid_, predecessor));
  if (moved.path_ != path_) remove();
  *this = std::move(moved);
  return {};
}

void Pidfile::remove() const {
  if (pid_in(path_) == pid_) (void)base::sys::unlink(path_);
}

}  // namespace arbiter
