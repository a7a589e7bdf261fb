#include "python/gil.h"

#include "python/api.h"

namespace python {

AcquireGil::AcquireGil() : state_(PyGILState_Ensure()) {}
AcquireGil::~AcquireGil() {
  PyGILState_Release(static_cast<PyGILState_STATE>(state_));
}

ReleaseGil::ReleaseGil(Gil const&) : thread_state_(PyEval_SaveThread()) {}
ReleaseGil::~ReleaseGil() {
  PyEval_RestoreThread(static_cast<PyThreadState*>(thread_state_));
}

}  // namespace python
