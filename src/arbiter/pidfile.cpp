#include "arbiter/pidfile.h"

#include <errno.h>
#include <fcntl.h>

#include <cstring>
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

// Puts `temporary` at `path` unless somebody else is at home there; only one of several who try at once succeeds.
class Claim {
 public:
  Claim(std::string const& path, pid_t pid, std::optional<pid_t> predecessor)
      : path_(path), temporary_(std::format("{}.{}.new", path, pid)), pid_(pid), predecessor_(predecessor) {}
  Claim(Claim const&) = delete;
  ~Claim() { (void)base::sys::unlink(temporary_); }

  base::Result<void> make() {
    TRY_VOID(write(std::format("{}\n", pid_)));
    for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
      auto const linked = base::sys::link(temporary_, path_);
      if (linked) return {};
      // A file system without links has to do without the protection against a race.
      if (linked.error().code() != EEXIST) return base::sys::rename(temporary_, path_);
      if (TRY(replace_stale())) return {};
    }
    return base::failure("others keep changing it");
  }

 private:
  static constexpr int kMostAttempts = 10;

  base::Result<void> write(std::string const& content) {
    auto const file = base::sys::open(temporary_, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644);
    if (!file)
      return base::failure(std::format("{}: {}", path_, std::strerror(file.error().code())), file.error().code());
    TRY_VOID(base::sys::set_mode(temporary_, 0644));  // whatever the umask
    return base::sys::write_all(file->get(), content);
  }

  // Whoever holds the lock on the file that stands there decides about it. False: another one stands there now.
  base::Result<bool> replace_stale() {
    auto const file = base::sys::open(path_, O_RDONLY);
    if (!file) return file.error().code() == ENOENT ? base::Result<bool>(false) : std::unexpected(file.error());
    TRY_VOID(base::sys::lock_file(file->get()));
    if (TRY(base::sys::identity_of(path_)) != TRY(base::sys::identity_of(file->get()))) return false;
    auto const other = pid_in(path_);
    // Our own pid is a leftover: in a container every run of the server has the same one.
    if (other && *other != pid_ && other != predecessor_ && base::sys::is_alive(*other)) {
      return base::failure(std::format("Already running on PID {} (or pid file '{}' is stale)", *other, path_));
    }
    TRY_VOID(base::sys::rename(temporary_, path_));
    return true;
  }

  std::string const& path_;
  std::string temporary_;
  pid_t pid_;
  std::optional<pid_t> predecessor_;
};

}  // namespace

base::Result<Pidfile> Pidfile::create(std::string path, pid_t pid) {
  return create(std::move(path), pid, std::nullopt);
}

base::Result<Pidfile> Pidfile::create(std::string path, pid_t pid, std::optional<pid_t> predecessor) {
  auto const made = Claim(path, pid, predecessor).make();
  bool const is_taken = !made && made.error().code() == 0;
  if (is_taken) return std::unexpected(made.error());
  if (!made) return std::unexpected(made.error().within("pidfile: cannot write"));
  return Pidfile(std::move(path), pid);
}

base::Result<void> Pidfile::move(std::string path, pid_t predecessor) {
  auto moved = TRY(create(std::move(path), pid_, predecessor));
  if (moved.path_ != path_) remove();
  *this = std::move(moved);
  return {};
}

bool Pidfile::is_in_place() const {
  return pid_in(path_) == pid_;
}

void Pidfile::remove() const {
  if (is_in_place()) (void)base::sys::unlink(path_);
}

}  // namespace arbiter
