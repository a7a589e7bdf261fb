// An arbiter in a process of its own, with real workers, watched through its log. Whatever a test waits for shows up
// as a line there.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "arbiter/arbiter.h"
#include "base/sys.h"

namespace arbiter {

using namespace std::chrono_literals;

class Server {
 public:
  // Runs in the server's process before the arbiter is made; gets the log for hooks that write to it.
  using Preparation = std::function<void(Options&, Collaborators&, logging::Log&)>;

  static constexpr base::Duration kPatience = 20s;

  explicit Server(Preparation const& prepare = {});
  // Kills whoever is left of it.
  ~Server();

  void signal(int number) { (void)base::sys::kill(pid_, number); }
  pid_t pid() const { return pid_; }

  // Waits for a line that contains `text`, among those not looked at yet, and returns it; "" after kPatience.
  std::string await(std::string const& text);
  // The same among all lines, for those that may come in any order.
  void await_anywhere(std::string const& text);
  // The pid in the next line `TEXTpid:N...` or `TEXTpid: N`.
  pid_t await_pid(std::string const& text);
  // The exit status of the server; -1 when it does not end, -signal when it was killed.
  int await_exit();

  // All lines so far, for a look at what must not be there.
  std::string const& all_lines() const { return all_; }
  bool has_line(std::string const& text) const { return all_.contains(text); }
  // How many of them contain `text`.
  std::ptrdiff_t count_lines(std::string const& text) const;

 private:
  [[noreturn]] void run(Preparation const& prepare, base::Fd log_end);
  bool read_more(base::Duration limit);

  pid_t pid_ = -1;
  pid_t group_ = -1;
  base::Fd log_;
  std::string all_;
  std::size_t seen_ = 0;
};

// A worker that announces itself, serves until TERM, INT or QUIT, and logs "worker N got SIGNAL" for each signal.
int serve(WorkerStart const& start, logging::Log& log);

}  // namespace arbiter
