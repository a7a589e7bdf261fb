#include "python/logger.h"

#include <unistd.h>

#include "base/sys.h"
#include "python/api.h"
#include "python/convert.h"
#include "python/facts.h"
#include "python/server_code.h"

namespace python {
namespace {

char const* method_of(logging::Level level) {
  static constexpr char const* kMethods[] = {"debug", "info", "warning", "error", "critical"};
  return kMethods[static_cast<int>(level)];
}

Ref microseconds(Gil const&, base::Duration duration) {
  return Ref::take(PyLong_FromLongLong(std::chrono::duration_cast<std::chrono::microseconds>(duration).count()));
}

// There is no logger to tell.
void complain(Gil const& gil, Raised const& raised) {
  (void)base::sys::write_all(STDERR_FILENO, "The configured logger failed:\n" + raised.traceback(gil));
}

}  // namespace

base::Result<std::shared_ptr<Logger const>> Logger::open(Gil const& gil, std::shared_ptr<Runtime const> runtime) {
  if (auto const opened = runtime->call(gil, "open_log"); !opened)
    return base::failure(message_of(gil, opened.error()));
  return std::shared_ptr<Logger const>(new Logger(std::move(runtime)));
}

std::shared_ptr<Logger const> Logger::follow(std::shared_ptr<Runtime const> runtime) {
  return std::shared_ptr<Logger const>(new Logger(std::move(runtime)));
}

logging::LinesTo Logger::lines() const {
  return [logger = shared_from_this()](logging::Level level, std::string_view line, logging::Kind kind) {
    logger->write(level, line, kind);
  };
}

void Logger::write(logging::Level level, std::string_view line, logging::Kind kind) const {
  AcquireGil const gil;
  Ref const method = from_utf8(gil, method_of(level));
  Ref const text = from_utf8(gil, line);
  bool const is_exception = kind == logging::Kind::exception;
  auto const written = is_exception ? runtime_->call(gil, "log_exception", {text.get()})
                                    : runtime_->call(gil, "log", {method.get(), text.get()});
  if (!written) complain(gil, written.error());
}

void Logger::access(Gil const& gil, PyObject* environ, PyObject* request, http::Response const& response,
                    base::Duration duration) const {
  Ref const facts = response_facts(gil, response);
  Ref const micros = microseconds(gil, duration);
  if (!facts || !micros) return PyErr_Clear();
  auto const written = runtime_->call(gil, "log_access", {environ, request, facts.get(), micros.get()});
  if (!written) complain(gil, written.error());
}

void Logger::unanswered(http::Connection const& connection, http::Request const& request, int status,
                        std::uint64_t body_bytes, base::Duration duration) const {
  AcquireGil const gil;
  Ref const facts = request_facts(gil, connection, request);
  Ref const client = from_utf8(gil, connection.client(request).address);
  Ref const code = from_utf8(gil, std::to_string(status));
  Ref const sent = Ref::take(PyLong_FromUnsignedLongLong(body_bytes));
  Ref const micros = microseconds(gil, duration);
  if (!facts || !client || !code || !sent || !micros) return PyErr_Clear();
  auto const written =
      runtime_->call(gil, "log_unanswered", {facts.get(), client.get(), code.get(), sent.get(), micros.get()});
  if (!written) complain(gil, written.error());
}

void Logger::reopen(Gil const& gil) const {
  if (auto const done = runtime_->call(gil, "reopen_log"); !done) complain(gil, done.error());
}

}  // namespace python
