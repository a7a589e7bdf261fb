#include "server.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <format>
#include <optional>
#include <utility>

#include "arbiter/arbiter.h"
#include "arbiter/daemon.h"
#include "arbiter/from_settings.h"
#include "arbiter/mortality.h"
#include "base/program.h"
#include "base/strings.h"
#include "base/sys.h"
#include "birth.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "config/render.h"
#include "configuration.h"
#include "log/log.h"
#include "python/immortal.h"
#include "python/interpreter.h"
#include "python/reloading.h"
#include "python/services.h"
#include "reporting.h"
#include "worker/descriptors.h"
#include "worker/worker.h"

namespace {

using config::Settings;
using python::Gil;
using python::Ref;

constexpr int kUsageError = 1;

void say(int descriptor, std::string const& text) {
  (void)base::sys::write_all(descriptor, text);
}

int fail(std::string const& message) {
  say(STDERR_FILENO, message.ends_with('\n') ? message : message + "\n");
  return kUsageError;
}

std::string absolute(std::string_view path, std::string const& directory) {
  auto const whole = std::filesystem::path(directory) / path;
  std::error_code error;
  auto const canonical = std::filesystem::weakly_canonical(whole, error);
  return error ? whole : canonical;
}

class Server {
 public:
  Server(ApplicationSource& source, Surroundings const& surroundings) : source_(source), surroundings_(surroundings) {}

  int run(Gil const& gil);

 private:
  bool is_bundle() const { return !source_.machine().baked.folder.empty(); }
  base::Result<void> search_where_started(Gil const&);
  base::Result<void> search_modules(Gil const&, Settings const& settings);
  base::Result<void> prepare_for(Gil const&, Settings const& settings);
  void restore_environment(Gil const&);
  void give_log_files();
  bool becomes_daemon();
  base::Result<void> become_daemon(Gil const& gil);
  void leave_terminal();
  int check(Gil const&, config::Merged merged, std::shared_ptr<python::Held> held);
  int supervise(Gil const& gil, arbiter::Options const& options);
  static arbiter::Options options_of(std::shared_ptr<Configuration const> configuration);
  void put_in_force(Gil const& gil, arbiter::Options const& options);
  void connect_loggers(Gil const& gil);
  python::Logger const* look_at_loggers(Gil const& gil);
  base::Result<arbiter::Options> reload(Gil const& gil);
  arbiter::Collaborators collaborators(Gil const& gil);
  arbiter::Hooks hooks(Gil const& gil);
  int run_worker(Gil const& gil, arbiter::WorkerStart const& start);
  worker::Observers observers();
  int run_own_worker_class(Gil const& gil, arbiter::WorkerStart const& start, worker::Reloader* reloader);
  std::expected<Ref, python::LoadFailure> load(Gil const& gil);
  std::expected<Ref, python::LoadFailure> load_for_development(Gil const& gil, PyObject* application);
  bool report(Gil const& gil, char const* hook, python::Outcome<void> const& outcome);
  void show_title(char const* role) const;
  void connect_statsd();
  void renew_certificates();
  void report_workers(int change);

  ApplicationSource& source_;
  Surroundings const& surroundings_;
  std::string suffix_;                           // of the server's name; ".2" while a predecessor lives
  std::vector<std::string> own_variables_;       // names in os.environ that raw_env put there
  std::optional<arbiter::Mortality> mortality_;  // until there is an arbiter
  std::optional<arbiter::Daemon> daemon_;
  std::optional<logging::Log> log_;
  std::shared_ptr<Configuration const> now_;
  std::shared_ptr<python::Logger const> follower_;  // of loggers that code of the user's has changed
  std::shared_ptr<tls::Tickets> tickets_;
  std::optional<Commons> commons_;  // from supervise() on
  bool is_preloaded_ = false;
  int workers_ = 0;  // alive
};

// The configuration may import what lies where the server is started, and the packages beside it, as the application
// may that is there. A bundle has its own modules on the path already, and what lies where it is started must not take
// their places.
base::Result<void> Server::search_where_started(Gil const& gil) {
  if (is_bundle()) return {};
  std::string const here[] = {source_.machine().working_directory};
  return python::search_in(gil, here, here);
}

// Directories as Gunicorn puts them on sys.path: chdir first, then pythonpath in front of it.
base::Result<void> Server::search_modules(Gil const& gil, Settings const& settings) {
  auto const& started = source_.machine().working_directory;
  std::vector<std::string> folders, places;
  if (!is_bundle()) {
    folders = places = {started};
    if (settings.chdir != started) {
      folders.push_back(settings.chdir);
      places.insert(places.begin(), settings.chdir);
    }
  }
  for (auto const path : base::split(settings.pythonpath.value_or(""), ',')) {
    if (!path.empty()) folders.push_back(absolute(path, settings.chdir));
  }
  return python::search_in(gil, folders, places);
}

// A reload does all of it anew: a directory may be another, or a link that leads elsewhere now.
base::Result<void> Server::prepare_for(Gil const& gil, Settings const& settings) {
  TRY_VOID(search_modules(gil, settings));
  TRY_VOID(base::sys::change_directory(settings.chdir));
  restore_environment(gil);
  for (auto const& variable : settings.raw_env) {
    TRY_VOID(python::set_environment(gil, variable));
    own_variables_.push_back(variable.substr(0, variable.find('=')));
  }
  return {};
}

void Server::restore_environment(Gil const& gil) {
  auto const& environment = source_.machine().environment;
  for (auto const& name : std::exchange(own_variables_, {})) {
    auto const original = environment.find(name);
    if (original == environment.end())
      python::unset_environment(gil, name);
    else
      (void)python::set_environment(gil, name + "=" + original->second);
  }
}

int Server::run(Gil const& gil) {
  mortality_.emplace();
  if (auto const searched = search_where_started(gil); !searched) return fail("Error: " + searched.error().message());
  auto held = std::make_shared<python::Held>();
  auto merged = source_.load_settings(gil, *held);
  if (!merged) return fail(merged.error().message());
  if (auto prepared = prepare_for(gil, merged->settings); !prepared)
    return fail("Error: " + prepared.error().message());
  if (merged->settings.print_config) {
    auto const origins = merged->settings.print_origins ? config::Origins::shown : config::Origins::hidden;
    auto const printed = base::sys::write_all(STDOUT_FILENO, config::print_settings(*merged, origins));
    if (!printed) return fail("Error: standard output: " + printed.error().message());
  }
  auto tickets = tls::Tickets::create();
  if (!tickets) return fail(tickets.error().message());
  tickets_ = std::move(*tickets);
  if (merged->settings.print_config || merged->settings.check_config)
    return check(gil, std::move(*merged), std::move(held));
  auto configuration = Configuration::make(gil, source_, std::move(*merged), std::move(held), tickets_);
  if (!configuration) return fail(configuration.error().message());
  auto const options = options_of(std::move(*configuration));
  auto log = logging::Log::open({});
  if (!log) return fail("\nError: " + log.error().message());
  log_.emplace(std::move(*log));
  python::services().log = &*log_;
  now_ = std::static_pointer_cast<Configuration const>(options.origin);
  if (auto opened = log_->reconfigure(now_->reporting.log); !opened)
    return fail("\nError: " + opened.error().message());
  connect_statsd();
  connect_loggers(gil);
  give_log_files();
  if (becomes_daemon()) {
    if (auto done = become_daemon(gil); !done) return fail("Error: daemon: " + done.error().message());
  }
  int const status = supervise(gil, options);
  if (daemon_) daemon_->report(status);
  return status;
}

// Workers open them again after a rotation, whoever they are by then.
void Server::give_log_files() {
  auto const& identity = now_->arbiter.identity;
  if (!identity) return;
  for (auto const& path : {now_->settings.errorlog, now_->settings.accesslog}) {
    if (!path || *path == "-" || path->empty()) continue;
    if (auto const given = base::sys::give_file(*path, identity->user, identity->group); !given)
      log_->debug("cannot give {} to user {}: {}", *path, identity->user, given.error().message());
  }
}

bool Server::becomes_daemon() {
  if (!now_->settings.daemon || surroundings_.launch.inheritance.predecessor) return false;
  if (!now_->arbiter.is_daemon) {
    log_->warning("daemon has no effect: this is the first process of its container, which would end with it");
    return false;
  }
  if (::getenv("NOTIFY_SOCKET"))
    log_->warning("you shouldn't specify `daemon = True` when launching by systemd with `Type = notify`");
  return true;
}

base::Result<void> Server::become_daemon(Gil const& gil) {
  python::flush_streams(gil);
  daemon_.emplace(TRY(arbiter::Daemon::begin([&gil] { return python::fork_process(gil); })));
  return {};
}

void Server::leave_terminal() {
  if (!daemon_) return;
  auto const streams =
      now_->settings.enable_stdio_inheritance ? arbiter::StandardStreams::keep : arbiter::StandardStreams::discard;
  auto done = daemon_->leave_terminal(streams);
  log_->forget_streams();
  if (done) done = log_->reconfigure(now_->reporting.log);
  if (!done) log_->error("daemon: {}", done.error().message());
}

int Server::check(Gil const& gil, config::Merged merged, std::shared_ptr<python::Held> held) {
  auto const configuration = Configuration::judge(gil, source_, std::move(merged), std::move(held), tickets_);
  if (!configuration) return fail(configuration.error().message());
  for (auto const& note : configuration->notes) say(STDERR_FILENO, "Warning: " + note + "\n");
  auto const loaded = python::load_application(gil, configuration->application.get());
  if (loaded) return 0;
  return fail("\nError while loading the application:\n\n" + loaded.error().text);
}

std::expected<Ref, python::LoadFailure> Server::load(Gil const& gil) {
  auto* const application = now_->application.get();
  return now_->settings.reload && !is_preloaded_ ? load_for_development(gil, application)
                                                 : python::load_application(gil, application);
}

// While developing no failure ends the worker: it shows what is wrong, and waits for the change that mends it.
std::expected<Ref, python::LoadFailure> Server::load_for_development(Gil const& gil, PyObject* application) {
  auto loaded = python::load_for_development(gil, application);
  if (!loaded) return std::unexpected(python::LoadFailure{false, loaded.error().traceback(gil)});
  if (!loaded->failure.empty()) log_->exception("{}", loaded->failure);
  return std::move(loaded->application);
}

int Server::supervise(Gil const& gil, arbiter::Options const& options) {
  auto commons = Commons::create();
  if (!commons) return fail(commons.error().message());
  commons_ = std::move(*commons);
  for (auto const& note : now_->notes) log_->warning("{}", note);
  for (auto const& remark : now_->remarks) log_->info("{}", remark);
  now_->runtime->set_server(gil, now_->arbiter.workers);
  if (now_->settings.preload_app) {
    if (auto const loaded = load(gil); !loaded) return fail(loaded.error().text);
    is_preloaded_ = true;
    look_at_loggers(gil);
  }
  show_title("master");
  if (is_preloaded_) {
    python::load_codecs(gil);
    python::make_immortal(gil);
  }
  python::freeze_objects(gil);
  mortality_.reset();
  auto arbiter = arbiter::Arbiter::create(options, collaborators(gil), *log_, commons_->slots);
  if (!arbiter) return fail(arbiter.error().message());
  int const status = (*arbiter)->run();
  python::run_exit_functions(gil);
  return status;
}

base::Result<arbiter::Options> Server::reload(Gil const& gil) {
  auto const attempt = [&]() -> base::Result<arbiter::Options> {
    auto held = std::make_shared<python::Held>();
    restore_environment(gil);
    auto merged = TRY(source_.load_settings(gil, *held));
    TRY_VOID(prepare_for(gil, merged.settings));
    return options_of(TRY(Configuration::make(gil, source_, std::move(merged), std::move(held), tickets_)));
  };
  auto options = attempt();
  if (!options) (void)prepare_for(gil, now_->settings);
  return options;
}

// The arbiter's options carry the configuration they were made from: it may come back to earlier ones.
arbiter::Options Server::options_of(std::shared_ptr<Configuration const> configuration) {
  auto options = configuration->arbiter;
  options.origin = std::move(configuration);
  return options;
}

void Server::put_in_force(Gil const& gil, arbiter::Options const& options) {
  now_ = std::static_pointer_cast<Configuration const>(options.origin);
  if (auto done = prepare_for(gil, now_->settings); !done) log_->error("{}", done.error().message());
  if (auto done = log_->reconfigure(now_->reporting.log); !done) log_->error("{}", done.error().message());
  connect_statsd();
  give_log_files();
  connect_loggers(gil);
  now_->runtime->set_server(gil, now_->arbiter.workers);
}

// Loggers of Python code that are named as Gunicorn's lead to our log, unless a logger in Python has made them its own.
void Server::connect_loggers(Gil const& gil) {
  if (now_->logger) return;
  python::connect_loggers(gil, now_->settings.loglevel, log_->is_access_enabled());
  follower_ = python::Logger::follow(now_->runtime);
  look_at_loggers(gil);
}

// Those that code of the user's has changed write their lines themselves from now on. Returns who writes the access
// log; null: that is done without Python.
python::Logger const* Server::look_at_loggers(Gil const& gil) {
  if (now_->logger) return now_->logger.get();
  auto const changes = python::logger_changes(gil);
  if (changes.error_level) log_->divert(*changes.error_level, follower_->lines());
  return changes.access && log_->is_access_enabled() ? follower_.get() : nullptr;
}

bool Server::report(Gil const& gil, char const* hook, python::Outcome<void> const& outcome) {
  look_at_loggers(gil);
  if (outcome) return true;
  python::Handling const handling(gil, outcome.error());
  log_->write(logging::Level::error, std::format("Exception in {} hook\n{}", hook, outcome.error().traceback(gil)),
              logging::Kind::exception);
  return false;
}

// "monoceros: master [shop]", under the name that the program was called by.
void Server::show_title(char const* role) const {
  surroundings_.title.set(std::format("{}: {} [{}{}]",
                                      cli::program_name({surroundings_.launch.words, surroundings_.launch.executable}),
                                      role, config::process_name(now_->settings), suffix_));
}

void Server::connect_statsd() {
  auto const& statsd = now_->reporting.statsd;
  if (statsd) (void)statsd->connect();  // before the first fork: all workers hold as many descriptors
  log_->tell(line_counter(statsd));
  python::services().metric = [statsd](auto const& name, auto const& value, auto const& kind) {
    if (statsd) statsd->custom(name, value, kind);
  };
}

// The next worker shall not begin with what has been replaced, and may not be able to read it.
void Server::renew_certificates() {
  auto const& certificates = now_->plan.core.certificates;
  if (!certificates) return;
  if (auto const renewed = certificates->renew_now(); !renewed)
    log_->error("The certificates have changed and are no good, the old ones stay: {}", renewed.error().message());
}

void Server::report_workers(int change) {
  workers_ += change;
  if (auto const& statsd = now_->reporting.statsd) statsd->gauge("gunicorn.workers", workers_);
}

arbiter::Hooks Server::hooks(Gil const& gil) {
  auto const plain = [this, &gil](char const* name) {
    return [this, &gil, name] { return report(gil, name, now_->hooks.call(gil, name)); };
  };
  arbiter::Hooks hooks;
  hooks.on_starting = plain("on_starting");
  hooks.when_ready = plain("when_ready");
  hooks.on_reload = plain("on_reload");
  hooks.on_exit = plain("on_exit");
  hooks.pre_exec = [this, pre_exec = plain("pre_exec")] {
    bool const is_good = pre_exec();
    // The new program gets the streams that this one was started with.
    auto uncaptured = now_->reporting.log;
    uncaptured.captures_output = false;
    if (now_->reporting.log.captures_output) (void)log_->reconfigure(uncaptured);
    return is_good;
  };
  hooks.pre_fork = [this, &gil](arbiter::WorkerInfo const& worker) {
    renew_certificates();
    report(gil, "pre_fork", now_->hooks.call_worker(gil, "pre_fork", worker.age));
  };
  hooks.forked = [this, &gil](arbiter::WorkerInfo const& worker) {
    report_workers(+1);
    now_->runtime->note_worker(gil, worker.age, worker.pid);
  };
  hooks.child_exit = [this, &gil](arbiter::WorkerInfo const& worker) {
    report_workers(-1);
    report(gil, "child_exit", now_->hooks.call_worker(gil, "child_exit", worker.age, worker.pid));
  };
  hooks.nworkers_changed = [this, &gil](int count, std::optional<int> before) {
    report(gil, "nworkers_changed", now_->hooks.call_nworkers_changed(gil, count, before));
  };
  return hooks;
}

arbiter::Collaborators Server::collaborators(Gil const& gil) {
  arbiter::Collaborators collaborators;
  collaborators.worker_main = [this, &gil](arbiter::WorkerStart const& start) { return run_worker(gil, start); };
  collaborators.fork_process = [&gil] { return python::fork_process(gil); };
  collaborators.while_waiting = [&gil](std::function<void()> const& wait) {
    python::ReleaseGil const released(gil);
    wait();
  };
  collaborators.reload = [this, &gil] { return reload(gil); };
  collaborators.in_force = [this, &gil](arbiter::Options const& options) { put_in_force(gil, options); };
  collaborators.reopen_logs = [this, &gil] {
    give_log_files();
    if (now_->logger) now_->logger->reopen(gil);
  };
  collaborators.bound = [this, &gil] {
    leave_terminal();
    look_at_loggers(gil);
  };
  collaborators.serving = [this] {
    if (daemon_) daemon_->report(0);
    base::forget_program_pages();
  };
  collaborators.rename = [this](std::string_view suffix) {
    suffix_ = suffix;
    show_title("master");
  };
  collaborators.launch = surroundings_.launch;
  collaborators.hooks = hooks(gil);
  return collaborators;
}

int Server::run_worker(Gil const& gil, arbiter::WorkerStart const& start) {
  daemon_.reset();  // whoever waits for its report shall not wait for us
  show_title("worker");
  worker::provide_descriptors(now_->plan.core.connections, *log_);
  auto const announce_retirement = [&start] { start.announce(metrics::WorkerState::draining); };
  python::services().announce_retirement = announce_retirement;
  auto reloader = worker::reloader_of(now_->plan, now_->hooks, *log_, announce_retirement);
  if (!reloader) {
    start.announce_boot_failure(worker::kBootError);
    log_->error("{}", reloader.error().message());
    return worker::kBootError;
  }
  int status = 0;
  if (config::has_own_worker_class(now_->settings)) {
    status = run_own_worker_class(gil, start, reloader->get());
  } else {
    status = worker::run(
        gil, now_->plan, birth_of(start, *now_, *commons_, reloader->get()),
        [this](Gil const& held) { return load(held); }, observers(), *log_);
  }
  {
    python::ReleaseGil const released(gil);
    reloader->reset();
  }
  python::finish(gil);
  return status;
}

worker::Observers Server::observers() {
  return {now_->hooks, [this](Gil const& gil) { return look_at_loggers(gil); }};
}

// The class does in Python what worker::run() does, and may come back for the part that serves.
int Server::run_own_worker_class(Gil const& gil, arbiter::WorkerStart const& start, worker::Reloader* reloader) {
  auto const birth = birth_of(start, *now_, *commons_, reloader);
  auto& services = python::services();
  services.beat = [&] { start.slot.beat(base::now()); };
  services.announce_ready = birth.announce_ready;
  services.announce_boot_failure = birth.announce_boot_failure;
  services.serve_requests = [&](Gil const& held, PyObject* callable) {
    worker::serve(held, Ref::share(callable), now_->plan, birth, observers(), *log_);
  };
  std::vector<int> descriptors;
  for (auto const& listener : start.listeners) descriptors.push_back(listener->descriptor());
  return now_->runtime->run_worker(gil, start.age, descriptors, now_->application.get());
}

// A program may have moved, and set variables, before it starts the server; what it brings along stays.
config::Machine machine_by_now(Surroundings const& surroundings) {
  auto machine = config::Machine::this_one();
  machine.baked = surroundings.machine.baked;
  return machine;
}

// PID 1 of an empty image has no home; programs that ask for one get the root directory instead of an error.
void provide_environment() {
  ::setenv("HOME", "/", 0);
}

// `python -m gunicorn` and what calls gunicorn.app.wsgiapp.run(): the command that sys.argv holds.
int serve_command(Gil const& gil, Surroundings const& surroundings) {
  auto const machine = machine_by_now(surroundings);
  auto const& environment = machine.environment;
  auto const words = python::command_line(gil);
  auto const command = cli::parse_serve_command(words, environment);
  if (auto const* refusal = std::get_if<cli::Refuse>(&command)) {
    say(STDERR_FILENO, refusal->message);
    return refusal->exit_code;
  }
  if (std::holds_alternative<cli::ShowVersion>(command)) return say(STDOUT_FILENO, cli::version()), 0;
  auto const* serve = std::get_if<cli::Serve>(&command);
  if (!serve) {
    say(STDOUT_FILENO, cli::help(cli::program_name({words, ""}), cli::terminal_width(environment)));
    return 0;
  }
  CommandSource source(*serve, machine);
  return Server(source, surroundings).run(gil);
}

}  // namespace

int serve_application(cli::Serve const& serve, Surroundings const& surroundings, std::string const& interpreter) {
  provide_environment();
  provide_services(surroundings);
  auto const started = python::start_interpreter(
      {interpreter, surroundings.launch.executable, surroundings.launch.words, surroundings.machine.baked.folder});
  if (!started) return fail(started.error().message());
  CommandSource source(serve, surroundings.machine);
  return Server(source, surroundings).run(Gil::held());
}

void provide_services(Surroundings const& surroundings) {
  auto& services = python::services();
  services.set_process_title = [&](std::string const& text) { surroundings.title.set(text); };
  services.serve = [&](Gil const& gil, PyObject* application) {
    auto const machine = machine_by_now(surroundings);
    EmbeddingSource source(application, machine);
    return Server(source, surroundings).run(gil);
  };
  services.serve_command = [&](Gil const& gil) { return serve_command(gil, surroundings); };
}
