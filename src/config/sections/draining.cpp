// How the server leaves a balancer that does not know of its end yet.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr Row kRows[] = {
    {.name = "drain_delay",
     .flags = {"--drain-delay"},
     .metavar = "INT",
     .field = field<&Settings::drain_delay>(),
     .help = "For how many seconds after TERM the server goes on, until balancers have learned that it leaves; an "
             "answer is "
             "the last of its connection then. After that graceful_timeout begins. In Kubernetes this is what a "
             "preStop hook that sleeps is for; both together "
             "must fit terminationGracePeriodSeconds."},
};

}  // namespace

constexpr Section kDraining{.title = "Draining", .rows = kRows, .is_ours = true};

}  // namespace config::sections
