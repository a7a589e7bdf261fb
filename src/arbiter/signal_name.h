// "SIGTERM" for 15; not every libc has sigabbrev_np().
#pragma once

#include <string>

namespace arbiter {

std::string signal_name(int signal);

}  // namespace arbiter
