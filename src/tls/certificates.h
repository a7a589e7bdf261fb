// The Context in force, renewed when its files change: a certificate that was renewed in place, or a mounted secret
// whose links lead elsewhere now. Before a fork one process has it, afterwards each its own copy.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "base/result.h"
#include "base/sys.h"
#include "tls/context.h"

namespace tls {

class Certificates {
 public:
  static base::Result<std::shared_ptr<Certificates>> create(ContextOptions options, std::shared_ptr<Tickets> tickets);

  // For new connections. Any thread.
  std::shared_ptr<Context const> current() const;

  // Looks at the files, to be called now and then by one thread. They are read when they have changed and stay the same
  // from one look to the next: certificate and key do not come at one moment. True when a new context is in force; the
  // error of files that are no good is told once, and the old context stays.
  base::Result<bool> renew();

  // At once, whether or not somebody is still writing them: for a process that is about to be forked.
  base::Result<bool> renew_now();

 private:
  using Stamps = std::map<std::string, std::optional<base::sys::FileStamp>>;

  Certificates(ContextOptions options, std::shared_ptr<Tickets> tickets);
  Stamps look() const;
  base::Result<bool> load(Stamps stamps);

  ContextOptions options_;
  std::shared_ptr<Tickets> tickets_;
  Stamps loaded_;  // or tried to load
  Stamps seen_;
  mutable std::mutex mutex_;
  std::shared_ptr<Context const> current_;
};

}  // namespace tls
