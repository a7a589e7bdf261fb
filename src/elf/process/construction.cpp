#include "elf/process/construction.h"

#include <stdlib.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace elf {
namespace {

using Phase = Object::Phase;
using Function = void (*)();

constinit std::mutex mutex;
constinit std::condition_variable changed;
std::vector<Object*>* constructed = nullptr;  // in this order; never freed: exit may come at any time

void const* this_thread() {
  return __builtin_thread_pointer();
}

void call(std::uintptr_t function) {
  reinterpret_cast<Function>(function)();
}

// musl passes constructors no arguments.
void run_initializers(Object const& object) {
  auto const& dynamic = object.dynamic();
  if (dynamic.initialize) call(object.image().base() + dynamic.initialize);
  for (auto const function : dynamic.initializers) {
    if (function != 0 && function != UINTPTR_MAX) call(function);
  }
}

void run_finalizers(Object const& object) {
  auto const& functions = object.dynamic().finalizers;
  for (auto function = functions.rbegin(); function != functions.rend(); ++function) {
    if (*function != 0 && *function != UINTPTR_MAX) call(*function);
  }
  if (object.dynamic().finalize) call(object.image().base() + object.dynamic().finalize);
}

void finalize_all() {
  std::unique_lock lock(mutex);
  while (!constructed->empty()) {
    auto const& object = *constructed->back();
    constructed->pop_back();
    lock.unlock();
    run_finalizers(object);
    lock.lock();
  }
}

void append_in_order(Object& object, std::vector<Object*>& order) {
  if (std::ranges::contains(order, &object)) return;
  auto const place = order.size();
  order.push_back(&object);  // a ring of needs ends here
  for (auto* const need : object.needs) append_in_order(*need, order);
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(place));
  order.push_back(&object);
}

void run_constructor(Object& object, std::unique_lock<std::mutex>& lock) {
  object.phase = Phase::constructing;
  object.constructor = this_thread();
  if (!constructed) {
    constructed = new std::vector<Object*>;
    ::atexit(finalize_all);
  }
  constructed->push_back(&object);
  lock.unlock();
  run_initializers(object);
  lock.lock();
  object.phase = Phase::constructed;
  changed.notify_all();
}

}  // namespace

base::Result<void> construct(Object& root) {
  std::unique_lock lock(mutex);
  if (root.phase == Phase::constructed) return {};
  std::vector<Object*> order;
  append_in_order(root, order);
  for (auto* const object : order) {
    changed.wait(lock, [&] { return object->phase != Phase::constructing || object->constructor == this_thread(); });
    if (object->phase == Phase::abandoned) {
      return base::failure(object->path() + ": this process was forked while another thread loaded it");
    }
    if (object->phase == Phase::fresh) run_constructor(*object, lock);
  }
  return {};
}

void hold_construction() {
  mutex.lock();
}

void release_construction(bool in_child, Object* objects) {
  for (auto* object = in_child ? objects : nullptr; object; object = object->next) {
    bool const is_lost = object->phase == Phase::constructing && object->constructor != this_thread();
    if (is_lost) object->phase = Phase::abandoned;
  }
  mutex.unlock();
}

}  // namespace elf
