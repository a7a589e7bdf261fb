#include "config/worker_class.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/spellcheck.h"

namespace config {
namespace {

struct KnownClass {
  std::string_view name;
  std::string_view path;
  WorkerClass::Kind kind;
};

// The short names of worker classes, and the paths under which the same classes are known in the gunicorn package.
constexpr std::array kWorkerClasses{
    KnownClass{"sync", "gunicorn.workers.sync.SyncWorker", WorkerClass::Kind::sync},
    KnownClass{"gthread", "gunicorn.workers.gthread.ThreadWorker", WorkerClass::Kind::gthread},
    KnownClass{"asgi", "gunicorn.workers.gasgi.ASGIWorker", WorkerClass::Kind::asgi},
    KnownClass{"gevent", "gunicorn.workers.ggevent.GeventWorker", WorkerClass::Kind::gevent},
    KnownClass{"gevent_wsgi", "gunicorn.workers.ggevent.GeventPyWSGIWorker", WorkerClass::Kind::gevent},
    KnownClass{"gevent_pywsgi", "gunicorn.workers.ggevent.GeventPyWSGIWorker", WorkerClass::Kind::gevent},
    KnownClass{"eventlet", "gunicorn.workers.geventlet.EventletWorker", WorkerClass::Kind::eventlet},
    KnownClass{"tornado", "gunicorn.workers.gtornado.TornadoWorker", WorkerClass::Kind::tornado},
};

}  // namespace

base::Result<WorkerClass::Kind> kind_of_worker_class(std::string_view uri) {
  constexpr std::string_view kEgg = "egg:gunicorn#";
  auto const name = uri.starts_with(kEgg) ? uri.substr(kEgg.size()) : uri;
  auto const is_it = [&](KnownClass const& known) { return name == known.name || uri == known.path; };
  auto const found = std::ranges::find_if(kWorkerClasses, is_it);
  if (found != kWorkerClasses.end()) return found->kind;
  if (uri.contains('.') || uri.starts_with("egg:")) return WorkerClass::Kind::custom;

  std::vector<std::string_view> names;
  for (auto const& known : kWorkerClasses) names.push_back(known.name);
  auto message = "class uri " + repr(uri) + " invalid or not found";
  if (auto const near = base::nearest(uri, names)) message += " (did you mean " + repr(*near) + "?)";
  return base::failure(message);
}

}  // namespace config
