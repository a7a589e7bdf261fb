// Settings of our own for unix sockets, which Gunicorn leaves to umask and to whoever starts it.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr Row kRows[] = {
    {.name = "unix_socket_mode",
     .flags = {"--unix-socket-mode"},
     .metavar = "INT",
     .field = shaped(expecting(field<&Settings::unix_socket_mode, assign_optional_mode>(), "a file mode such as 0o660"),
                     Field::Shape::mode),
     .help = "The mode of unix sockets that the server makes; who may write may connect. Without it umask decides, "
             "whose default of 0 lets everybody connect. \"0660\" is octal.",
     .default_text = "what umask leaves of 0777"},
    {.name = "unix_socket_owner",
     .flags = {"--unix-socket-owner"},
     .metavar = "USER[:GROUP]",
     .field = expecting(field<&Settings::unix_socket_owner, assign_owner>(),
                        "USER, USER:GROUP or :GROUP, as numbers or names that the system knows"),
     .help = "Whom unix sockets that the server makes belong to, as USER, USER:GROUP or :GROUP. Takes a server that is "
             "started as root.",
     .default_text = "user and group"},
};

}  // namespace

constexpr Section kUnixSockets{.title = "Unix Sockets", .rows = kRows, .is_ours = true};

}  // namespace config::sections
