#include "python/wsgi/piecewise_content.h"

#include "python/api.h"

#include <algorithm>

#include "python/wsgi/wait_for_client.h"

namespace python::wsgi {
namespace {

constexpr std::size_t kStep = 8 * 1024;           // of looking for the end of a line
constexpr std::size_t kAtOnce = 1 * 1024 * 1024;  // more than that is not asked for before it comes

PyObject* exception_for(http::Connection const& connection) {
  if (connection.output_status() == http::Outbox::Status::closed) return PyExc_ConnectionResetError;
  return connection.content_failure()->status == 408 ? PyExc_TimeoutError : PyExc_OSError;
}

}  // namespace

PiecewiseContent::PiecewiseContent(http::Connection& connection, http::Response& response, http::Pace const& pace)
    : connection_(connection),
      response_(response),
      pace_(pace),
      is_coming_(connection.is_content_coming()),
      thread_(PyThread_get_thread_ident()) {}

// To the thread that asks. False: an exception is set.
bool PiecewiseContent::is_permitted(Gil const&) const {
  if (!is_coming_ || PyThread_get_thread_ident() == thread_) return true;
  PyErr_SetString(PyExc_RuntimeError,
                  "wsgi.input is still coming in, and may be read by the thread that runs the application alone "
                  "(request_buffering is off)");
  return false;
}

// From the connection.
std::optional<std::size_t> PiecewiseContent::take(Gil const& gil, std::span<char> into) {
  std::optional<std::size_t> taken;
  {
    std::optional<WaitForClient> waiting;
    if (is_coming_) waiting.emplace(gil, response_);
    taken = connection_.take_content(into, pace_);
  }
  if (!taken) PyErr_SetString(exception_for(connection_), connection_.content_failure()->detail.c_str());
  return taken;
}

std::optional<std::size_t> PiecewiseContent::read_into(Gil const& gil, std::span<char> into) {
  if (!is_permitted(gil)) return std::nullopt;
  if (into.empty()) return 0;
  auto const ahead = std::string_view(ahead_).substr(begin_);
  if (ahead.empty()) return take(gil, into);
  auto const count = ahead.copy(into.data(), into.size());
  begin_ += count;
  return count;
}

PyObject* PiecewiseContent::read(Gil const& gil, std::size_t size) {
  if (!is_permitted(gil)) return nullptr;
  if (auto const left = connection_.content_left()) size = std::min(size, ahead_.size() - begin_ + *left);
  auto capacity = is_coming_ ? std::min(size, kAtOnce) : size;
  std::size_t filled = 0;
  PyObject* bytes = PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(capacity));
  while (bytes && filled < size) {
    if (filled == capacity) {
      capacity = std::min(size, 2 * capacity);
      if (_PyBytes_Resize(&bytes, static_cast<Py_ssize_t>(capacity)) < 0) return nullptr;
    }
    auto const count = read_into(gil, {PyBytes_AS_STRING(bytes) + filled, capacity - filled});
    if (!count) return Py_DECREF(bytes), nullptr;
    if (*count == 0) break;
    filled += *count;
  }
  if (bytes && filled < capacity) (void)_PyBytes_Resize(&bytes, static_cast<Py_ssize_t>(filled));
  return bytes;
}

PyObject* PiecewiseContent::read_line(Gil const& gil, std::size_t limit) {
  if (!is_permitted(gil)) return nullptr;
  auto line = line_ahead(limit);
  if (!line.ends_with('\n') && line.size() < limit) {
    if (!look_ahead(gil, limit)) return nullptr;
    line = line_ahead(limit);
  }
  PyObject* const bytes = PyBytes_FromStringAndSize(line.data(), static_cast<Py_ssize_t>(line.size()));
  if (bytes) begin_ += line.size();
  return bytes;
}

// What is there of the next line.
std::string_view PiecewiseContent::line_ahead(std::size_t limit) const {
  auto const ahead = std::string_view(ahead_).substr(begin_, limit);
  auto const end = ahead.find('\n');
  return end == ahead.npos ? ahead : ahead.substr(0, end + 1);
}

// As far as the end of the line, or the limit. False: an exception is set.
bool PiecewiseContent::look_ahead(Gil const& gil, std::size_t limit) {
  ahead_.erase(0, std::exchange(begin_, 0));
  for (std::size_t seen = 0; ahead_.size() < limit && ahead_.find('\n', seen) == ahead_.npos;) {
    seen = ahead_.size();
    ahead_.resize(seen + kStep);
    auto const count = take(gil, std::span(ahead_).subspan(seen));
    ahead_.resize(seen + count.value_or(0));
    if (!count) return false;
    if (*count == 0) break;
  }
  return true;
}

}  // namespace python::wsgi
