#include "application_source.h"

#include "cli/configuration.h"
#include "config/environment.h"
#include "python/embedding.h"

using python::Gil;
using python::Held;
using python::Ref;

base::Result<config::Merged> CommandSource::load_settings(Gil const& gil, Held& held) {
  cli::ReadPython const read_python{
      .config_file =
          [&](config::ConfigFile const& file) {
            bool const is_module = file.kind == config::ConfigFile::Kind::python_module;
            return python::read_config_file(gil, is_module ? "python:" + file.location : file.location, held);
          },
      .paste_file = [&](std::string const& uri) { return python::read_paste_file(gil, uri, held); },
  };
  return cli::load_settings(serve_, machine(), read_python);
}

base::Result<Ref> CommandSource::application(Gil const& gil, config::Settings const& settings) {
  if (settings.paste) return python::paste_application(gil, *settings.paste, settings.raw_paste_global_conf);
  return python::named_application(gil, TRY(config::application(settings)));
}

base::Result<config::Merged> EmbeddingSource::load_settings(Gil const& gil, Held& held) {
  if (std::exchange(is_loaded_, true)) TRY_VOID(python::reload_embedding(gil, application_));
  config::Layer const layers[] = {TRY(config::read_environment(machine().environment)),
                                  TRY(python::settings_of_embedding(gil, application_, held))};
  return config::merge(layers, machine());
}

base::Result<Ref> EmbeddingSource::application(Gil const&, config::Settings const&) {
  return Ref::share(application_);
}
