// A Python exception on its way through C++: taken out of the interpreter, owned, and either logged or put back.
#pragma once

#include <expected>
#include <string>

#include "python/ref.h"

namespace python {

class Raised {
 public:
  // Takes the exception that is set; there must be one.
  static Raised take(Gil const&);

  bool is(Gil const&, PyObject* type) const;

  // Everything the interpreter would print: chain, groups, source lines. Ends in a newline.
  std::string traceback(Gil const&) const;
  // "ValueError: what"
  std::string summary(Gil const&) const;

  PyObject* exception() const { return exception_.get(); }
  void put_back(Gil const&) &&;

 private:
  explicit Raised(Ref exception) : exception_(std::move(exception)) {}

  Ref exception_;
};

// While it lives, Python code finds the exception as the one that is being handled (sys.exception()).
class Handling {
 public:
  Handling(Gil const&, Raised const& raised);
  ~Handling();

 private:
  Ref before_;
};

template <typename T>
using Outcome = std::expected<T, Raised>;

// A call into the C API that returns a new reference, or null with an exception set.
Outcome<Ref> checked(Gil const&, PyObject* result);
// A call of which only the exception matters.
Outcome<void> finished(Outcome<Ref> result);

// The value of an Outcome, or an early return of its exception from the enclosing function.
#define PY_TRY(expression)                                              \
  ({                                                                    \
    auto&& outcome_ = (expression);                                     \
    if (!outcome_) return std::unexpected(std::move(outcome_).error()); \
    *std::move(outcome_);                                               \
  })

// The Python stacks of all threads, as faulthandler prints them, written to `descriptor`. Needs no lock and touches
// nothing, so that it works on a process that is stuck.
void dump_stacks(int descriptor);

}  // namespace python
