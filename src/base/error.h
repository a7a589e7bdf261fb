// What went wrong, in words for the operator: what was attempted, on what, why, and the way out.
#pragma once

#include <string>
#include <system_error>

namespace base {

class Error {
 public:
  explicit Error(std::string message, int code = 0) : message_(std::move(message)), code_(code) {}

  // "WHAT: strerror(code)", for a system call that failed with errno `code`.
  static Error from_errno(std::string_view what, int code);

  std::string const& message() const { return message_; }

  // The errno behind this error, or 0 when no system call was involved.
  int code() const { return code_; }

  // The same error with "CONTEXT: " before its message.
  Error within(std::string_view context) const;

 private:
  std::string message_;
  int code_;
};

}  // namespace base
