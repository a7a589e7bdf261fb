#include "config/refusal.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(RefuseArity, TellsWhatTheHookTakesAndIsCalledWith) {
  Entry const entry{"pre_fork", Callable{.display = "announce"}, {Source::config_file, "gunicorn.conf.py"}};
  EXPECT_EQ(refuse_arity(entry, *find_row("pre_fork"), 1).error().message(),
            "Invalid value for pre_fork: <announce()>\n\n"
            "\nError: Value must have an arity of: 2\n"
            "gunicorn.conf.py: pre_fork = <announce()>: it takes 1 argument and should take 2. "
            "Called with (server, worker) in the arbiter, before a worker is forked.");
}

}  // namespace
}  // namespace config
