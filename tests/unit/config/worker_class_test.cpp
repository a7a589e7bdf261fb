#include "config/worker_class.h"

#include <gtest/gtest.h>

namespace config {
namespace {

using Kind = WorkerClass::Kind;

TEST(WorkerClass, IsKnownByNamePathAndEgg) {
  EXPECT_EQ(kind_of_worker_class("sync"), Kind::sync);
  EXPECT_EQ(kind_of_worker_class("egg:gunicorn#gthread"), Kind::gthread);
  EXPECT_EQ(kind_of_worker_class("gunicorn.workers.ggevent.GeventWorker"), Kind::gevent);
  EXPECT_EQ(kind_of_worker_class("gevent_pywsgi"), Kind::gevent);
  EXPECT_EQ(kind_of_worker_class("tornado"), Kind::tornado);
}

TEST(WorkerClass, IsTheUsersOwnByAnotherPath) {
  EXPECT_EQ(kind_of_worker_class("uvicorn_worker.UvicornWorker"), Kind::custom);
  EXPECT_EQ(kind_of_worker_class("egg:mine#worker"), Kind::custom);
}

TEST(WorkerClass, IsRefusedWhenItIsNeitherNameNorPath) {
  EXPECT_EQ(kind_of_worker_class("snyc").error().message(),
            "class uri 'snyc' invalid or not found (did you mean 'sync'?)");
  EXPECT_EQ(kind_of_worker_class("").error().message(), "class uri '' invalid or not found");
}

}  // namespace
}  // namespace config
