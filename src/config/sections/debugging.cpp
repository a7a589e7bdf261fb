// Limits on what clients may send, and help while developing.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr std::string_view kReloadEngines[] = {"auto", "poll", "inotify"};

constexpr Row kSecurityRows[] = {
    {.name = "limit_request_line",
     .flags = {"--limit-request-line"},
     .metavar = "INT",
     .field = field<&Settings::limit_request_line>(),
     .help = "How many bytes a request line (method, target and version) may have; 0 means no limit. A longer one is "
             "answered 414."},
    {.name = "limit_request_fields",
     .flags = {"--limit-request-fields"},
     .metavar = "INT",
     .field = field<&Settings::limit_request_fields>(),
     .help = "How many header fields a request may have. 0, or more than 32768, means 32768. More fields are answered "
             "431."},
    {.name = "limit_request_field_size",
     .flags = {"--limit-request-field_size"},
     .metavar = "INT",
     .field = field<&Settings::limit_request_field_size>(),
     .help = "How many bytes one header field may have, name and line end included; 0 means 8190. A larger one is "
             "answered 431."},
};

constexpr Row kDebuggingRows[] = {
    {.name = "reload",
     .flags = {"--reload"},
     .field = field<&Settings::reload>(),
     .help = "Restart the workers when the application's code changes. For development only."},
    {.name = "reload_engine",
     .flags = {"--reload-engine"},
     .metavar = "STRING",
     .field = choice<&Settings::reload_engine>(kReloadEngines, "Invalid reload_engine: %r"),
     .help = "How reload notices changes: by inotify, by looking every second, or the better of both."},
    {.name = "reload_extra_files",
     .flags = {"--reload-extra-file"},
     .metavar = "FILES",
     .field = field<&Settings::reload_extra_files, assign_watched_files>(),
     .help = "Further files whose change makes reload act; may be given several times. Patterns with *, ? and [ are "
             "allowed."},
    {.name = "spew",
     .flags = {"--spew"},
     .field = field<&Settings::spew>(),
     .help = "Print every line of Python that is executed."},
    {.name = "check_config",
     .flags = {"--check-config"},
     .field = field<&Settings::check_config>(),
     .help = "Check the configuration, load the application, and exit: 0 if both are good, 1 if not."},
    {.name = "print_config",
     .flags = {"--print-config"},
     .field = field<&Settings::print_config>(),
     .help = "Print every setting with its value and where the value came from, then do as check_config does."},
};

constexpr Row kPrintingRows[] = {
    {.name = "print_origins",
     .flags = {"--no-origins"},
     .field = field<&Settings::print_origins>(),
     .help = "Let print_config say where each value came from; the flag switches it off, for programs that read it.",
     .bare = "false"},
};

}  // namespace

constexpr Section kSecurity{"Security", kSecurityRows};
constexpr Section kDebugging{"Debugging", kDebuggingRows};
constexpr Section kPrinting{.title = "Printing", .rows = kPrintingRows, .is_ours = true};

}  // namespace config::sections
