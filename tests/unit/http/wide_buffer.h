// The one wide buffer of a pool, as tests ask for it.
#pragma once

#include <utility>

#include "http/buffer_pool.h"

namespace http {

inline bool is_wide_lent(BufferPool& pool) {
  auto wide = pool.take_wide();
  bool const is_lent = !wide.bytes;
  if (!is_lent) pool.give_back(std::move(wide));
  return is_lent;
}

}  // namespace http
