// How a process ended, from waitpid(2)'s status word.
#pragma once

#include <string>

namespace arbiter {

// The exit code by which shells say that a signal ended a program is so much more than its number.
constexpr int kSignalBase = 128;

class ExitStatus {
 public:
  explicit ExitStatus(int status) : status_(status) {}

  bool is_signal() const;
  int signal() const;  // of is_signal()
  int code() const;    // of !is_signal()
  bool is_code(int code) const { return !is_signal() && this->code() == code; }

  // It ended well, or by a signal that asks for an end before it could heed it.
  bool is_orderly() const;

  // "exited with code 1", "was sent SIGKILL"
  std::string to_string() const;

 private:
  int status_;
};

}  // namespace arbiter
