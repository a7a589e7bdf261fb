#include "base/process_title.h"

#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace base {

ProcessTitle::ProcessTitle(int argc, char** argv) {
  if (argc < 1) return;
  char* end = argv[0];
  auto const extend = [&](char const* text) {
    if (text == end) end += std::strlen(text) + 1;
  };
  for (int i = 0; i < argc; ++i) extend(argv[i]);
  for (char** variable = environ; variable && *variable; ++variable) {
    extend(*variable);
    *variable = ::strdup(*variable);
  }
  begin_ = argv[0];
  room_ = static_cast<std::size_t>(end - begin_);
}

void ProcessTitle::set(std::string_view title) const {
  if (room_ == 0) return;
  auto const count = std::min(title.size(), room_ - 1);
  std::memcpy(begin_, title.data(), count);
  std::memset(begin_ + count, 0, room_ - count);
}

}  // namespace base
