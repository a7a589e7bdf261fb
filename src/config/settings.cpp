#include "config/settings.h"

namespace config {

WorkerClass effective_worker_class(Settings const& settings) {
  if (settings.threads > 1 && settings.worker_class.name.ends_with("SyncWorker")) {
    return {WorkerClass::Kind::gthread, "gthread"};
  }
  if (settings.threads > 1 && settings.worker_class.kind == WorkerClass::Kind::sync) {
    return {WorkerClass::Kind::gthread, "gthread"};
  }
  return settings.worker_class;
}

std::string const& process_name(Settings const& settings) {
  return settings.proc_name ? *settings.proc_name : settings.default_proc_name;
}

}  // namespace config
