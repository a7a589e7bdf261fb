// Running constructors after loading, each once and after those of what the object needs, and destructors at exit.
// No lock is held while one runs: a constructor may load objects, and wait for threads that do.
#pragma once

#include "elf/process/object.h"

namespace elf {

// Returns when the object and what it needs are constructed, by this thread or by another; except when this thread is
// itself inside of one of these constructors. An error if a thread that was at it was lost in a fork.
base::Result<void> construct(Object&);

// Around fork(): nobody is between two states meanwhile. The child knows that other threads' constructors never end.
void hold_construction();
void release_construction(bool in_child, Object* objects);

}  // namespace elf
