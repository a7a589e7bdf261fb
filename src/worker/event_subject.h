// What an event of the core's epoll is about: a pointer, and in the low bits of it a tag that says to what. All that is
// watched is aligned.
#pragma once

#include <cstdint>

namespace worker {

enum class Tag : std::uintptr_t { connection = 0, listener = 1, wake = 2, relay = 3 };

struct EventSubject {
  Tag tag;
  void* pointer;

  static EventSubject of(void* data) {
    auto const bits = reinterpret_cast<std::uintptr_t>(data);
    return {static_cast<Tag>(bits & kTagBits), reinterpret_cast<void*>(bits & ~kTagBits)};
  }

 private:
  static constexpr std::uintptr_t kTagBits = 3;
};

inline void* tagged(void const* pointer, Tag tag) {
  return reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(pointer) | static_cast<std::uintptr_t>(tag));
}

}  // namespace worker
