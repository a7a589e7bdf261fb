// The file that tells others the server's pid: "N\n", mode 0644, put in place whole, in one step.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.h"

namespace arbiter {

class Pidfile {
 public:
  // Refuses a path that holds the pid of another living process; anything else there is replaced.
  static base::Result<Pidfile> create(std::string path, pid_t pid);
  // The same under another name, where the pid of `predecessor`, who is gone, counts for nothing. Ours stays where it
  // was if that fails.
  base::Result<void> move(std::string path, pid_t predecessor);

  std::string const& path() const { return path_; }
  // Whether nobody has deleted or replaced it.
  bool is_in_place() const;

  // Deletes the file, if it still holds our pid.
  void remove() const;

 private:
  Pidfile(std::string path, pid_t pid) : path_(std::move(path)), pid_(pid) {}

  static base::Result<Pidfile> create(std::string path, pid_t pid, std::optional<pid_t> predecessor);

  std::string path_;
  pid_t pid_;
};

}  // namespace arbiter
