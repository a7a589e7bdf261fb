// Seals and opens session tickets with TicketKeys. Made once, before the first fork, and used by every Context: a
// session goes on under a renewed certificate and in another worker. Any thread.
#pragma once

#include <memory>
#include <mutex>

#include "base/result.h"
#include "tls/ticket_keys.h"

namespace tls {

class Tickets {
 public:
  static base::Result<std::shared_ptr<Tickets>> create();
  ~Tickets();

  // For a process that will be forked: keys whose time is over are not kept in it.
  void advance();

  struct Seal;
  // For mbedTLS, with keys that are right for this moment.
  Seal& seal();

 private:
  explicit Tickets(TicketKeys keys);
  base::Result<void> take_keys();

  std::mutex mutex_;
  TicketKeys keys_;
  std::unique_ptr<Seal> seal_;
};

}  // namespace tls
