// A request and its answer, between the connection they are on and an application of ASGI, which may go on when the
// answer is complete. The application has a channel of it: an object with the awaitables receive() and send(). All of
// it on the thread of the event loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/connection.h"
#include "http/refusal.h"
#include "http/response.h"
#include "python/asgi/scope.h"
#include "python/raised.h"

namespace python::asgi {

class Exchange {
 public:
  // Who serves: is told what applications do.
  class Owner {
   public:
    // The answer is complete, or cut off.
    virtual void on_answered(Gil const&, Exchange&) = 0;
    // The client does not take as much as is sent; on_room() is expected.
    virtual void on_full(Gil const&, Exchange&) = 0;
    // The application has come to its end, at another time than it was begun.
    virtual void on_returned(Gil const&, Exchange&) = 0;

   protected:
    ~Owner() = default;
  };

  // The owner outlives the exchange.
  explicit Exchange(Owner& owner) : owner_(owner) {}
  virtual ~Exchange() = default;

  // For one request after the other, where may_serve_again(). `channel` is a new one.
  virtual void begin(http::Connection&, Ref channel, base::Instant now);
  virtual bool may_serve_again() const { return true; }
  // Why the application is not called; null: it is.
  virtual http::Refusal const* refusal() const { return nullptr; }
  // What it is called with first; empty with the exception set when memory runs out.
  virtual Ref make_scope(Gil const& gil, ScopeBuilder& scopes) const { return scopes.build(gil, *connection_); }
  // Nobody answers on the connection any more; it is returned, null if that was so already.
  http::Connection* release(Gil const&);

  // Null once it is released.
  http::Connection* connection() const { return connection_; }
  http::Response& response() { return response_; }
  base::Instant started() const { return started_; }
  PyObject* channel() const { return channel_.get(); }

  // The object that stands for the request where somebody wants one; else empty.
  Ref request_object;
  // asyncio's; empty before the application is begun.
  Ref task;
  // The loop's handle of the end that is put to the task, since the client has left; else empty.
  Ref term;
  // The server has told the task to stop.
  bool is_dismissed = false;

  // Of the request: "GET /path".
  std::string line() const;

  bool is_answered() const { return is_answered_; }
  bool is_gone() const { return is_gone_; }

  // The client takes more, has sent more, or has left.
  void on_room(Gil const& gil) { wake(gil); }
  virtual void on_input(Gil const&) {}
  virtual void on_gone(Gil const& gil);
  // The worker is to end.
  virtual void on_leaving(Gil const&) {}
  // Some time has passed. False: that means nothing to it.
  virtual bool on_tick(Gil const&) { return false; }

  // The application has returned without a last word. False: that is a failure.
  virtual bool conclude(Gil const&) { return false; }
  // In the application's place.
  virtual void fail(Gil const&, http::Refusal const&);

  // The application has come to its end: what it has kept of the channel leads nowhere.
  void end(Gil const&);

  // For the channel.

  // The next event for the application; null without an exception: there is none yet.
  virtual Ref next_event(Gil const&);
  // Does what an event of the application says; false with the exception set. Afterwards the application should wait
  // as long as is_full().
  virtual bool perform(Gil const&, PyObject* event);
  bool is_full() const;
  // A future that ends with the next thing that happens.
  Ref change(Gil const&, PyObject* loop);
  void tell_returned(Gil const& gil) { owner_.on_returned(gil, *this); }

 protected:
  // Parts of perform().
  bool start(Gil const&, PyObject* event);
  bool add_fields(Gil const&, PyObject* fields);
  bool add_content(Gil const&, PyObject* event);

  void complete(Gil const&);
  void tell_full(Gil const& gil) { owner_.on_full(gil, *this); }
  void wake(Gil const&);

  http::Connection* connection_ = nullptr;
  http::Response response_;
  bool is_gone_ = false;

 private:
  bool send_file(Gil const&, PyObject* event);
  bool send_hints(Gil const&, PyObject* event);
  bool may_add_content(Gil const&, char const* type);
  std::string_view next_piece();

  Owner& owner_;
  base::Instant started_;
  Ref channel_;
  std::vector<Ref> changes_;  // futures
  bool is_answered_ = false;
  bool has_content_ = true;  // that was not given yet
  std::size_t given_ = 0;    // bytes of it
  std::string piece_;        // where it does not lie in one piece
  std::string line_;         // once it is released
};

}  // namespace python::asgi
