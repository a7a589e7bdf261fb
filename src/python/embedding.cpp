#include "python/embedding.h"

#include "python/api.h"
#include "python/server_code.h"

namespace python {

base::Result<config::Layer> settings_of_embedding(Gil const& gil, PyObject* application, Held& held) {
  Ref const cfg = Ref::take(PyObject_GetAttrString(application, "cfg"));
  auto const given = checked(gil, cfg ? PyObject_GetAttrString(cfg.get(), "given") : nullptr);
  if (!given) return base::failure(given.error().traceback(gil));
  return layer_of(gil, given->get(), {config::Source::framework, "the application's own configuration"}, held);
}

base::Result<void> reload_embedding(Gil const& gil, PyObject* application) {
  auto const reloaded = checked(gil, PyObject_CallMethod(application, "reload", nullptr));
  if (reloaded) return {};
  if (reloaded.error().is(gil, PyExc_SystemExit)) return base::failure("the application's configuration has errors");
  return base::failure(reloaded.error().traceback(gil));
}

}  // namespace python
