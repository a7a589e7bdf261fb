// The content of one request, or what of it pipes do not hold, gathered before the application sees it: in memory up to
// a limit of its own and as long as the account of all is not full, beyond it in a file of the spool. Once finished it
// is one contiguous view either way. One thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "http/account.h"
#include "http/spool.h"

namespace http {

class Body {
 public:
  // `account` and `spool` outlive the body.
  Body(std::size_t in_memory, Account& account, Spool& spool)
      : in_memory_(in_memory), account_(account), spool_(spool), charge_(account) {}
  ~Body();
  Body(Body const&) = delete;
  Body& operator=(Body const&) = delete;

  std::size_t size() const { return spooled_ + used_; }

  // Copies `bytes` to the end. An error means the spool cannot be written (disk full, no place for a file).
  base::Result<void> append(std::string_view bytes);

  // Room for the next bytes, at least one and about `wanted`, to be received in place and then claimed.
  base::Result<std::span<char>> room(std::size_t wanted);
  void claim(std::size_t count) { used_ += count; }

  // All of it, valid until clear().
  base::Result<std::string_view> finish();

  void clear();

 private:
  void grow(std::size_t needed);
  base::Result<void> move_to_file();

  std::size_t in_memory_;
  Account& account_;
  Spool& spool_;
  Charge charge_;
  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;     // bytes in memory_
  Spool::File file_;         // open once something was spooled
  std::size_t spooled_ = 0;  // bytes in file_
  void* mapping_ = nullptr;  // of the whole file, once finished
};

}  // namespace http
