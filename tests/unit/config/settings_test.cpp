#include "config/settings.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(Settings, SeveralThreadsMakeGthreadOfSync) {
  Settings settings;
  EXPECT_EQ(effective_worker_class(settings).kind, WorkerClass::Kind::sync);
  settings.threads = 2;
  EXPECT_EQ(effective_worker_class(settings).kind, WorkerClass::Kind::gthread);
  EXPECT_EQ(effective_worker_class(settings).name, "gthread");
}

TEST(Settings, SeveralThreadsLeaveOtherClassesAlone) {
  Settings settings;
  settings.threads = 2;
  settings.worker_class = {WorkerClass::Kind::gevent, "gevent"};
  EXPECT_EQ(effective_worker_class(settings).kind, WorkerClass::Kind::gevent);
}

TEST(Settings, ProcessNameIsTheGivenOneOrTheApplications) {
  Settings settings;
  settings.default_proc_name = "shop:app";
  EXPECT_EQ(process_name(settings), "shop:app");
  settings.proc_name = "shop";
  EXPECT_EQ(process_name(settings), "shop");
}

}  // namespace
}  // namespace config
