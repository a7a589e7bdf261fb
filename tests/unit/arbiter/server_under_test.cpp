#include "arbiter/server_under_test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <ranges>

#include "arbiter/signal_name.h"

namespace arbiter {

Server::Server(Preparation const& prepare) {
  (void)base::sys::become_subreaper();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) ::abort();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::setpgid(0, 0);
    run(prepare, base::Fd(ends[1]));
  }
  group_ = pid_;
  ::setpgid(group_, group_);  // whoever comes first
  log_.reset(ends[0]);
  ::close(ends[1]);
}

Server::~Server() {
  ::kill(-group_, SIGKILL);
  // Workers whose server is dead came to us.
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
}

void Server::run(Preparation const& prepare, base::Fd log_end) {
  ::dup2(log_end.get(), STDERR_FILENO);
  auto log = logging::Log::open({.level = logging::Level::debug}).value();
  auto slots = metrics::SlotTable::create(64).value();
  Options options{.bind = {net::Address::parse("127.0.0.1:0").value()}};
  Collaborators collaborators{.worker_main = [&](WorkerStart const& start) { return serve(start, log); }};
  if (prepare) prepare(options, collaborators, log);
  ::_exit(Arbiter::create(options, collaborators, log, slots).value()->run());
}

std::ptrdiff_t Server::count_lines(std::string const& text) const {
  return std::ranges::count_if(std::views::split(all_, '\n'),
                               [&](auto line) { return std::string_view(line).contains(text); });
}

bool Server::read_more(base::Duration limit) {
  pollfd asked{.fd = log_.get(), .events = POLLIN, .revents = 0};
  auto const ready = base::sys::poll({&asked, 1}, limit);
  if (!ready || !*ready) return false;
  char buffer[4096];
  auto const count = base::sys::read(log_.get(), buffer);
  if (!count || *count == 0) return false;
  all_.append(buffer, *count);
  return true;
}

std::string Server::await(std::string const& text) {
  auto const end = base::now() + kPatience;
  for (;;) {
    auto const found = all_.find(text, seen_);
    auto const line_end = found == all_.npos ? all_.npos : all_.find('\n', found);
    if (line_end != all_.npos) {
      auto const line_start = all_.rfind('\n', found) + 1;
      seen_ = line_end;
      return all_.substr(line_start, line_end - line_start);
    }
    if (base::now() >= end || !read_more(end - base::now())) break;
  }
  ADD_FAILURE() << "no line with \"" << text << "\" after the first " << seen_ << " bytes of:\n" << all_;
  return "";
}

void Server::await_anywhere(std::string const& text) {
  auto const end = base::now() + kPatience;
  while (!has_line(text)) {
    if (!read_more(end - base::now())) {
      ADD_FAILURE() << "no line with \"" << text << "\" in:\n" << all_;
      return;
    }
  }
}

pid_t Server::await_pid(std::string const& text) {
  auto const line = await(text);
  auto const at = line.find("pid:");
  return at == line.npos ? -1 : ::atoi(line.c_str() + at + 4);
}

int Server::await_exit() {
  auto const end = base::now() + kPatience;
  while (base::now() < end && read_more(end - base::now())) {
  }
  int status = 0;
  // The log ends with the last process that holds it.
  if (::waitpid(pid_, &status, base::now() < end ? 0 : WNOHANG) != pid_) return -1;
  pid_ = -1;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int serve(WorkerStart const& start, logging::Log& log) {
  auto signals = net::SignalSource::create({SIGTERM, SIGINT, SIGQUIT, SIGUSR1}).value();
  start.announce(metrics::WorkerState::ready);
  log.info("Ready (pid:{})", ::getpid());
  for (;;) {
    pollfd asked{.fd = signals.descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&asked, 1, -1);
    while (auto const signal = signals.next()) {
      log.info("Worker {} got {}", start.age, signal_name(*signal));
      if (*signal == SIGUSR1) continue;
      log.info("Worker exiting (pid: {})", ::getpid());
      return 0;
    }
  }
}

}  // namespace arbiter
