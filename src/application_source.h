// Where the settings and the application come from: the command line and what it names, or a program that embeds the
// server (gunicorn.app.base).
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "config/merge.h"
#include "python/held.h"
#include "python/server_code.h"

class ApplicationSource {
 public:
  // `machine` outlives it.
  explicit ApplicationSource(config::Machine const& machine) : machine_(machine) {}
  virtual ~ApplicationSource() = default;

  config::Machine const& machine() const { return machine_; }

  // Reads all sources anew, at the start and at each reload. The error is the whole text for standard error.
  virtual base::Result<config::Merged> load_settings(python::Gil const&, python::Held& held) = 0;

  // The object whose wsgi() loads the application that `settings` denote.
  virtual base::Result<python::Ref> application(python::Gil const&, config::Settings const& settings) = 0;

 private:
  config::Machine const& machine_;
};

// Gunicorn's command line.
class CommandSource : public ApplicationSource {
 public:
  // Both outlive it.
  CommandSource(cli::Serve const& serve, config::Machine const& machine) : ApplicationSource(machine), serve_(serve) {}

  base::Result<config::Merged> load_settings(python::Gil const&, python::Held&) override;
  base::Result<python::Ref> application(python::Gil const&, config::Settings const&) override;

 private:
  cli::Serve const& serve_;
};

// A Python object with cfg (a gunicorn.config.Config), reload() and wsgi().
class EmbeddingSource : public ApplicationSource {
 public:
  EmbeddingSource(PyObject* application, config::Machine const& machine)
      : ApplicationSource(machine), application_(application) {}

  base::Result<config::Merged> load_settings(python::Gil const&, python::Held&) override;
  base::Result<python::Ref> application(python::Gil const&, config::Settings const&) override;

 private:
  PyObject* application_;  // borrowed from the caller of the server
  bool is_loaded_ = false;
};
