// What the toolchain promises: C++23, an exception through a thread's stack, relocated pointers, one static-PIE.
#include <cstdio>
#include <exception>
#include <expected>
#include <format>
#include <stdexcept>
#include <thread>

char const* const kWords[] = {"static", "pie"};
char const* const* volatile words = kWords;

int main() {
  std::exception_ptr caught;
  std::thread([&] {
    try {
      throw std::runtime_error(words[1]);
    } catch (...) {
      caught = std::current_exception();
    }
  }).join();
  std::expected<int, int> answer = caught ? 42 : std::expected<int, int>(std::unexpect, 1);
  std::puts(std::format("{}-{} {}", words[0], words[1], answer.value()).c_str());
}
