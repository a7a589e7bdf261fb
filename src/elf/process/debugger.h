// What gdb and lldb read to know the loaded objects: `_r_debug`, its list of link maps, and a function that is called
// when the list changes, on which they have a breakpoint.
#pragma once

namespace elf {

void announce_loading();     // the list is about to change
void announce_completion();  // it is consistent again

}  // namespace elf
