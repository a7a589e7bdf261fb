#include "python/interruption.h"

#include "base/thread.h"
#include "python/api.h"

namespace python {

Outcome<Interruption> Interruption::create(Gil const& gil) {
  return Interruption(PY_TRY(checked(
      gil, PyErr_NewExceptionWithDoc("monoceros.RequestTimeout",
                                     "The request has taken longer than the setting timeout allows. Its client was "
                                     "answered; nothing more can be sent.",
                                     PyExc_BaseException, nullptr))));
}

unsigned long Interruption::own_thread() {
  return PyThread_get_thread_ident();
}

// A thread of its own, because the lock may never come.
std::shared_ptr<std::atomic<bool> const> Interruption::send(unsigned long thread, std::function<bool()> is_due) const {
  auto done = std::make_shared<std::atomic<bool>>(false);
  auto sender = base::start_thread([done, thread, is_due = std::move(is_due), type = type_.get()] {
    AcquireGil const gil;
    if (is_due()) PyThreadState_SetAsyncExc(thread, type);
    done->store(true);
  });
  if (sender) sender->detach();
  return done;
}

void Interruption::forget(Gil const&) {
  PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), nullptr);
}

}  // namespace python
