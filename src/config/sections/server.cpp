// Where the server finds its configuration and the application, and where it listens.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr Row kConfigFileRows[] = {
    {.name = "config",
     .flags = {"-c", "--config"},
     .metavar = "CONFIG",
     .field = field<&Settings::config>(),
     .help =
         "The configuration file: PATH, file:PATH, or python:MODULE. A path that ends in .toml is read as TOML, any "
         "other as Python. Without it, gunicorn.conf.py or else monoceros.toml is read if the directory in which "
         "the server is started has one. It counts on the command line and in GUNICORN_CMD_ARGS only, and is "
         "looked for before chdir takes effect.",
     .default_text = "./gunicorn.conf.py, else ./monoceros.toml"},
    {.name = "wsgi_app",
     .metavar = "STRING",
     .field = field<&Settings::wsgi_app>(),
     .help = "The application, as MODULE or MODULE:CALLABLE. The callable is \"application\" unless said otherwise, "
             "and may be a call with literal arguments, such as \"shop:create_app('production')\". The APP_MODULE of "
             "the command line counts more."},
};

constexpr Row kServerSocketRows[] = {
    {.name = "bind",
     .flags = {"-b", "--bind"},
     .metavar = "ADDRESS",
     .field = expecting(field<&Settings::bind>(), "an address such as 0.0.0.0:8000, [::1]:8000, unix:PATH or fd://3"),
     .help = "An address to listen on; may be given several times. HOST, HOST:PORT, [IPV6]:PORT, :PORT, unix:PATH or "
             "fd://DESCRIPTOR. When the variable PORT is set, the default is 0.0.0.0:$PORT.",
     .default_text = "127.0.0.1:8000, or 0.0.0.0:$PORT"},
    {.name = "backlog",
     .flags = {"--backlog"},
     .metavar = "INT",
     .field = field<&Settings::backlog>(),
     .help = "How many connections the kernel may queue before it refuses more. The kernel cuts it down to "
             "net.core.somaxconn."},
};

}  // namespace

constexpr Section kConfigFile{"Config File", kConfigFileRows};
constexpr Section kServerSocket{"Server Socket", kServerSocketRows};

}  // namespace config::sections
