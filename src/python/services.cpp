#include "python/services.h"

namespace python {

Services& services() {
  static Services provided;
  return provided;
}

}  // namespace python
