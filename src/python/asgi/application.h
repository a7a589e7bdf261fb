// An application of ASGI 3 (asgi.readthedocs.io) and the bridge to it: each request is a task of the event loop, whose
// first step is taken at once. On the loop's thread.
#pragma once

#include <memory>

#include "log/log.h"
#include "python/asgi/channel.h"
#include "python/asgi/event_loop.h"
#include "python/asgi/scope.h"
#include "python/request_hooks.h"

namespace python::asgi {

class Application {
 public:
  struct Options {
    ScopeOptions scope;
    RequestHooks hooks;
  };

  // `callable` is the application object, `state` what its lifespan has left, a dict. `log` gets its failures.
  static Outcome<std::unique_ptr<Application>> create(Gil const&, Ref callable, EventLoop const& loop, Ref state,
                                                      Options, logging::Log& log);

  // Begins with the connection's request. True: the application has come to its end already, and end() is to be called.
  // Otherwise Exchange::Owner::on_returned() says when.
  bool begin(Gil const&, Exchange&, http::Connection&, base::Instant now);

  // Afterwards the answer is complete in any case.
  void end(Gil const&, Exchange&);

  // The answer is complete, and still on its connection.
  void note_answer(Gil const&, Exchange&) const;

  // The task is told to stop: it may clean up. Nothing happens if it has ended.
  static void cancel(Gil const&, Exchange&);

 private:
  Application(Ref callable, Options, logging::Log&, ScopeBuilder, ChannelType, Ref task_type, Ref task_names, Ref loop,
              Ref completion, Ref cancelled);

  Outcome<Ref> start(Gil const&, Exchange&);
  Outcome<Ref> call(Gil const&, Exchange&);
  Ref make_task(Gil const&, Ref awaitable);
  void fail(Gil const&, Exchange&, Raised const&);

  Ref callable_;
  Options options_;
  logging::Log& log_;
  ScopeBuilder scopes_;
  ChannelType channels_;
  Ref task_type_, task_names_, loop_, completion_, cancelled_;
};

}  // namespace python::asgi
