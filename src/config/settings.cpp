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

bool has_own_worker_class(Settings const& settings) {
  return effective_worker_class(settings).kind == WorkerClass::Kind::custom;
}

bool is_asgi(Settings const& settings) {
  return effective_worker_class(settings).kind == WorkerClass::Kind::asgi;
}

bool has_own_logger_class(Settings const& settings) {
  auto const& logger = settings.logger_class;
  return logger.object || logger != Settings().logger_class;
}

std::string const& process_name(Settings const& settings) {
  return settings.proc_name ? *settings.proc_name : settings.default_proc_name;
}

}  // namespace config
