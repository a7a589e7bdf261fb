// Metrics for a StatsD server, under Gunicorn's names:
//
//   gunicorn.requests:1|c|@1.0          gunicorn.request.status.200:1|c|@1.0     gunicorn.request.duration:1.467|ms
//   gunicorn.workers:2|g                gunicorn.backlog:0|h                     gunicorn.log.error:1|c|@1.0
//
// `prefix.` stands before each name and `|#tags` after each line. What is sent together is one datagram of several
// lines. Any thread may send, nobody waits: what the kernel does not take at once is lost.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/remote_socket.h"

namespace metrics {

class Statsd {
 public:
  struct Options {
    base::Peer peer = {};
    std::string prefix = {};
    std::string tags = {};
  };

  explicit Statsd(Options options);

  // Whether anybody listens at the moment, as far as can be told.
  base::Result<void> connect() { return socket_.connect(); }

  void request(int status, base::Duration duration);
  void count(std::string_view name);
  void gauge(std::string_view name, long value);
  void histogram(std::string_view name, long value);
  // A metric of the application's: `value` as it is to be sent, `kind` in Gunicorn's words. False for a kind that is
  // none of gauge, counter, histogram and timer.
  bool custom(std::string_view name, std::string_view value, std::string_view kind);

 private:
  void send_one(std::string_view name, std::string_view value);
  void append(std::string& lines, std::string_view name, std::string_view value) const;
  void send(std::string_view lines);

  std::string const prefix_, suffix_;
  base::RemoteSocket socket_;
};

}  // namespace metrics
