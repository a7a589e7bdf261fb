// What `ps` shows for this process: the memory of argv and the environment strings behind it, overwritten.
#pragma once

#include <string_view>

namespace base {

class ProcessTitle {
 public:
  // `argv` as main got it. Copies the environment elsewhere, so that its strings may be overwritten too; call before
  // anything keeps pointers into it.
  ProcessTitle(int argc, char** argv);

  // Cut to the room there is.
  void set(std::string_view title) const;

 private:
  char* begin_ = nullptr;
  std::size_t room_ = 0;
};

}  // namespace base
