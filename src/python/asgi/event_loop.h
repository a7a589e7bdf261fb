// The event loop of an asgi worker, asyncio's or uvloop's, and the lifespan of the application on it. The thread that
// makes it is the one it runs on.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "python/function.h"
#include "python/raised.h"

namespace python::asgi {

class EventLoop {
 public:
  enum class Kind { auto_detect, asyncio, uvloop };  // asgi_loop
  enum class Lifespan { auto_detect, on, off };      // asgi_lifespan

  // It is the thread's loop from then on. `pause`: between two calls of what is called to show that it turns.
  static Outcome<EventLoop> create(Gil const&, Kind kind, base::Duration pause);

  // Lets the application begin its lifespan. What it leaves for its requests, a dict; the exception says why it does
  // not begin. `beat` is called now and then meanwhile.
  Outcome<Ref> start(Gil const&, PyObject* application, Lifespan lifespan, std::function<void()> beat) const;

  // Calls `turn` whenever `descriptor` is readable, until stop().
  Outcome<void> run(Gil const&, int descriptor, PyObject* turn) const;
  void stop(Gil const&) const;

  // `call` is called once, unless the handle that is returned is cancelled before. Empty where that is not possible.
  Ref call_later(Gil const&, base::Duration delay, PyObject* call) const;
  static void cancel(Gil const&, PyObject* handle);

  // Lets the application end its lifespan, and what it has started besides; at once: without its lifespan.
  // `beat` is called now and then meanwhile.
  Outcome<void> finish(Gil const&, bool at_once, std::function<void()> beat) const;

  // asyncio's.
  Ref object() const { return loop_.copy(); }

 private:
  EventLoop(Ref life, Ref loop) : life_(std::move(life)), loop_(std::move(loop)) {}

  Ref life_;  // monoceros.asgi.Life
  Ref loop_;
};

}  // namespace python::asgi
