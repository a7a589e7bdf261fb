// Loading an object with all it needs: one at a time, all or nothing.
//   files are mapped → thread-local blocks are planned → relocated → blocks for threads alive → listed → constructed
// Until "listed" an error undoes everything; after it nothing is ever unloaded, as in musl.
#pragma once

#include "elf/process/objects.h"

namespace elf {

// Null means the executable. `name` as dlopen takes it; is_global: RTLD_GLOBAL.
base::Result<Object*> load(std::string_view name, bool is_global);

// What is loaded already (RTLD_NOLOAD), or an error.
base::Result<Object*> find_loaded(std::string_view name, bool is_global);

// Around fork(), by the forking thread: no load is under way meanwhile.
void hold_loading();
void release_loading();

}  // namespace elf
