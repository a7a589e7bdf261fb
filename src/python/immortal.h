// Objects that outlive all counting of references (PEP 683), so that nobody writes to their pages just by using them.
#pragma once

#include "python/gil.h"

namespace python {

// Code, classes, functions, texts, numbers and plain containers that exist at this moment are never released any more,
// and references to them are not counted: children that fork(2) makes go on sharing their pages. Instances of classes
// and of what extensions bring are left alone, for somebody may wait for their end. Before the first fork.
void make_immortal(Gil const&);

}  // namespace python
