#include "arbiter/guardian.h"

#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "arbiter/exit_status.h"
#include "arbiter/signal_name.h"
#include "base/strings.h"
#include "base/sys.h"

namespace arbiter {
namespace {

constexpr std::string_view kPromotion = "promoted";
constexpr std::string_view kNoSuccessor = "alone";

void send(int end, std::string_view message) {
  iovec const piece{const_cast<char*>(message.data()), message.size()};
  (void)base::sys::send_now(end, {&piece, 1});
}

std::optional<std::string> receive(int end) {
  std::array<char, 64> buffer;
  auto const received = base::sys::receive(end, buffer);
  if (received.kind != base::sys::Transfer::Kind::done) return std::nullopt;
  return std::string(buffer.data(), received.bytes);
}

}  // namespace

base::Result<Guardian> Guardian::create() {
  auto ends = TRY(base::sys::socket_pair(SOCK_SEQPACKET | SOCK_NONBLOCK));
  return Guardian(std::move(ends.one), std::move(ends.other));
}

void Guardian::promote_heir() const {
  send(own_end_.get(), kPromotion);
}

void Guardian::listen() {
  while (auto const message = receive(own_end_.get())) {
    if (message == kNoSuccessor) next_.reset();
    if (auto const pid = base::parse_decimal(*message)) next_ = static_cast<pid_t>(*pid);
  }
}

// What ends the server as a whole ends its successor too. QUIT completes an upgrade for whoever speaks to PID 1; for
// the server, which is not PID 1, it is TERM that does.
void Guardian::pass_on(int signal) const {
  if (signal == SIGCHLD) return;
  (void)base::sys::kill(server_, next_ && signal == SIGQUIT ? SIGTERM : signal);
  if (next_ && (signal == SIGTERM || signal == SIGINT)) (void)base::sys::kill(*next_, signal);
}

// How the server ended, if it did and nobody follows it.
std::optional<ExitStatus> Guardian::reap(logging::Log& log) {
  std::optional<ExitStatus> end;
  for (;;) {
    auto const exited = base::sys::wait_any();
    if (!exited || !*exited) return end;
    auto const [pid, status] = **exited;
    if (pid == next_) next_.reset();
    if (pid != server_) continue;
    listen();
    if (next_ && base::sys::is_alive(*next_)) {
      server_ = *std::exchange(next_, std::nullopt);
      log.info("The server is now pid {}", server_);
    } else {
      end = ExitStatus(status);
    }
  }
}

int Guardian::watch(pid_t server, net::SignalSource& signals, Collaborators const& collaborators, logging::Log& log) {
  server_ = server;
  heirs_end_.reset();
  for (;;) {
    listen();
    while (auto const signal = signals.next()) pass_on(*signal);
    if (auto const end = reap(log)) {
      log.info("The server (pid:{}) {}", server_, end->to_string());
      return end->is_signal() ? kSignalBase + end->signal() : end->code();
    }
    pollfd asked{.fd = signals.descriptor(), .events = POLLIN, .revents = 0};
    auto const poll = [&] { (void)base::sys::poll({&asked, 1}, std::nullopt); };
    if (collaborators.while_waiting)
      collaborators.while_waiting(poll);
    else
      poll();
  }
}

HeirLink::HeirLink(int descriptor) : end_(descriptor) {
  (void)base::sys::set_close_on_exec(descriptor);
}

bool HeirLink::is_promoted() {
  return receive(end_.get()) == kPromotion;
}

void HeirLink::announce(pid_t successor) const {
  send(end_.get(), std::to_string(successor));
}

void HeirLink::retract() const {
  send(end_.get(), kNoSuccessor);
}

}  // namespace arbiter
