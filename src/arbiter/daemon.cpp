#include "arbiter/daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <format>

#include "base/sys.h"

namespace arbiter {
namespace {

using namespace std::chrono_literals;

// An application that loads for longer gets no audience.
constexpr base::Duration kLongestWait = 30s;
constexpr int kDied = 1;
constexpr mode_t kUmask = 022;

void say(std::string const& text) {
  (void)base::sys::write_all(STDERR_FILENO, "daemon: " + text + "\n");
}

int await_report(base::Fd const& daemon) {
  pollfd asked{.fd = daemon.get(), .events = POLLIN, .revents = 0};
  auto const end = base::now() + kLongestWait;
  while (base::now() < end) {
    auto const ready = base::sys::poll({&asked, 1}, end - base::now());
    if (!ready) return kDied;
    if (!*ready) continue;
    char status = kDied;
    auto const count = base::sys::read(daemon.get(), {&status, 1});
    return count && *count == 1 ? static_cast<unsigned char>(status) : kDied;
  }
  say("the server does not serve yet, and goes on starting (errorlog tells of it)");
  return 0;
}

[[noreturn]] void stay_until_it_serves(base::Fd const& daemon) {
  int const status = await_report(daemon);
  if (status != 0) {
    say(std::format("the server ended with status {} before it served (errorlog, or a start without daemon, tells why)",
                    status));
  }
  base::sys::exit_at_once(status);
}

base::Result<void> redirect(int stream, int flags) {
  auto const null = TRY(base::sys::open("/dev/null", flags));
  return base::sys::replace_stream(null.get(), stream);
}

bool is_terminal(int stream) {
  auto const kind = base::sys::kind_of(stream);
  return kind && *kind == base::sys::FileKind::terminal;
}

}  // namespace

base::Result<Daemon> Daemon::begin(std::function<base::Result<pid_t>()> const& fork) {
  auto pipe = TRY(base::sys::pipe());
  auto const child = TRY(fork());
  if (child != 0) {
    pipe.write_end.reset();
    stay_until_it_serves(pipe.read_end);
  }
  TRY_VOID(base::sys::start_session());
  auto const grandchild = TRY(fork());
  if (grandchild != 0) base::sys::exit_at_once(0);
  base::sys::set_umask(kUmask);
  return Daemon(std::move(pipe.write_end));
}

base::Result<void> Daemon::leave_terminal(StandardStreams streams) const {
  TRY_VOID(redirect(STDIN_FILENO, O_RDONLY));
  for (int const stream : {STDOUT_FILENO, STDERR_FILENO}) {
    if (streams == StandardStreams::discard || is_terminal(stream)) TRY_VOID(redirect(stream, O_WRONLY));
  }
  return {};
}

void Daemon::report(int status) {
  if (!starter_) return;
  char const byte = static_cast<char>(status);
  (void)base::sys::write_all(starter_.get(), {&byte, 1});
  starter_.reset();
}

}  // namespace arbiter
