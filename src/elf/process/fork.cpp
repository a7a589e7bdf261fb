// The hook by which musl's fork() asks the dynamic linker to be in a state that the child can use. It is called only
// in processes that have had threads.
#include "elf/process/construction.h"
#include "elf/process/loader.h"

// Source: musl, src/process/fork.c. `who` is negative before, 0 in the parent and 1 in the child after.
extern "C" [[gnu::visibility("hidden")]] void __ldso_atfork(int who) {
  auto& objects = elf::Objects::get();
  if (who < 0) {
    elf::hold_loading();
    elf::hold_construction();
    objects.lock().lock();
    return;
  }
  objects.lock().unlock();
  elf::release_construction(who > 0, objects.first());
  elf::release_loading();
}
