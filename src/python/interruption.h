// An exception for a thread that has been at one request for too long: monoceros.RequestTimeout, which the thread
// raises when it next executes Python. Code that waits inside C does not notice until it returns.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "python/raised.h"

namespace python {

class Interruption {
 public:
  static Outcome<Interruption> create(Gil const&);

  // The calling thread, as interrupt() knows it.
  static unsigned long own_thread();

  // Interrupts `thread` as soon as the interpreter lock is to be had, if `is_due` still holds then; it is asked with
  // the lock held. Does not wait: the result says whether it has come to that. Any thread, without the lock.
  std::shared_ptr<std::atomic<bool> const> send(unsigned long thread, std::function<bool()> is_due) const;

  // Takes back what the calling thread has not raised yet.
  static void forget(Gil const&);

 private:
  explicit Interruption(Ref type) : type_(std::move(type)) {}

  Ref type_;
};

}  // namespace python
