// Sockets that a service manager opened for us (systemd's LISTEN_PID and LISTEN_FDS, sd_listen_fds(3)).
#pragma once

#include <sys/types.h>

#include <vector>

#include "base/result.h"
#include "net/listener.h"

namespace net {

// The sockets passed to process `self`, from descriptor 3 on; none when the variables are missing or meant for another
// process. Removes the variables from the environment, so that no child takes the sockets for its own.
base::Result<std::vector<Listener>> take_passed_listeners(pid_t self, int backlog);

}  // namespace net
