// Files that the server sends in the application's stead.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr Row kRows[] = {
    {.name = "sendfile_root",
     .flags = {"--sendfile-root"},
     .metavar = "DIR",
     .field = field<&Settings::sendfile_root>(),
     .help =
         "A directory whose files an application may name instead of sending them, as behind nginx or Apache: a "
         "response with the header X-Sendfile (a path, absolute or from this directory) or X-Accel-Redirect (a "
         "URI, \"/\" being this directory) gets the content of that file, its Content-Length and Last-Modified, and "
         "Range and conditions are heeded. A file that is missing, or that a name with \"..\" or a link would find "
         "outside, is answered with 404 and a line in the log. Needs Linux 5.6."},
};

}  // namespace

constexpr Section kFiles{.title = "Files", .rows = kRows, .is_ours = true};

}  // namespace config::sections
