// The wiring list: which modules there are and who gets to know whom.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ranges>

#include "base/fd.h"
#include "base/process_title.h"
#include "base/strings.h"
#include "base/sys.h"
#include "bundle/own.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "net/probe.h"
#include "python/interpreter.h"
#include "server.h"
#include "tls/probe.h"

namespace {

struct Context {
  config::Machine machine;
  std::vector<std::string> words;
  std::string called;      // the path that was executed, as it was given; for a script, that of its interpreter
  std::string executable;  // the file that this led to
  base::ProcessTitle const& title;
};

void say(int descriptor, std::string const& text) {
  (void)base::sys::write_all(descriptor, text);
}

int execute(cli::Refuse const& refusal, Context const&) {
  say(STDERR_FILENO, refusal.message);
  return refusal.exit_code;
}

int execute(cli::ShowVersion const&, Context const&) {
  say(STDOUT_FILENO, cli::version());
  return 0;
}

int execute(cli::ShowHelp const& wish, Context const& context) {
  auto const program = cli::program_name({context.words, context.called});
  auto const width = cli::terminal_width(context.machine.environment);
  bool const is_whole = wish.topic == cli::ShowHelp::Topic::serving;
  say(STDOUT_FILENO, is_whole ? cli::help(program, width) : cli::healthcheck_help(program, width));
  return 0;
}

int execute(cli::Healthcheck const& check, Context const& context) {
  auto const [bind, is_tls, hint] = cli::target(check, context.machine);
  auto const address = net::Address::parse(bind);
  net::ProbeWrapping wrapping;
  if (is_tls) wrapping = tls::wrap_probe;
  auto const status =
      address ? net::probe(*address, check.path, check.timeout, wrapping) : std::unexpected(address.error());
  if (status && *status >= 200 && *status < 400) return 0;
  auto finding = status ? "status " + std::to_string(*status) : status.error().message() + std::string(hint);
  if (status == 400 && !is_tls) finding += "; if the server speaks HTTPS, --tls asks it so";
  say(STDERR_FILENO, "healthcheck: " + bind + check.path + ": " + finding + "\n");
  return 1;
}

base::Result<Surroundings> surroundings(Context const& context) {
  auto const& executed = context.called.starts_with("/dev/fd/") ? context.executable : context.called;
  arbiter::Launch launch{.executable = executed,
                         .words = context.words,
                         .directory = context.machine.working_directory,
                         .inheritance = TRY(arbiter::Inheritance::take())};
  for (auto const& [name, value] : context.machine.environment) launch.environment.push_back(name + "=" + value);
  return Surroundings{context.machine, std::move(launch), context.title};
}

int refuse(base::Error const& error) {
  say(STDERR_FILENO, error.message() + "\n");
  return 1;
}

int execute(cli::Serve const& serve, Context const& context) {
  auto const here = surroundings(context);
  return here ? serve_application(serve, *here, context.executable) : refuse(here.error());
}

int execute(cli::Python const& command, Context const& context) {
  auto const here = surroundings(context);
  if (!here) return refuse(here.error());
  provide_services(*here);
  return python::run_python({context.executable, context.called, command.arguments, context.machine.baked.folder});
}

bool is_script(char const* path) {
  base::Fd const file(::open(path, O_RDONLY | O_CLOEXEC));
  char start[2];
  return file && ::pread(file.get(), start, sizeof start, 0) == sizeof start && start[0] == '#' && start[1] == '!';
}

// The path that we were executed by. Where that was for the first line of a script (#!), the kernel reports the
// script's path: it is then also one of the words, behind what that line names.
std::string called_path(std::vector<std::string> const& words) {
  auto const* const executed = reinterpret_cast<char const*>(::getauxval(AT_EXECFN));
  if (!executed) return words.front();
  bool const may_be_script = std::ranges::contains(words | std::views::drop(1), executed);
  return may_be_script && is_script(executed) ? words.front() : executed;
}

// The file that was executed, by a path that stays right after a change of directory and finds its successor after an
// upgrade in place.
std::string executable_path(std::string const& called) {
  char path[4096];
  ssize_t const size = ::readlink("/proc/self/exe", path, sizeof path);
  if (size > 0) return {path, static_cast<std::size_t>(size)};
  char* const absolute = ::realpath(called.c_str(), nullptr);
  std::string result = absolute ? absolute : "/monoceros";
  ::free(absolute);
  return result;
}

// What a bundle has beside the application and its packages: a command line, a NUL behind each word, and perhaps a
// configuration file (pyembed/python/monoceros/bundler.py).
config::Baked baked_in(bundle::Own const& own) {
  config::Baked baked{.folder = own.program, .arguments = {}, .config_file = {}};
  std::size_t next = 0;
  while (auto const child = own.archive.child("bundle", next)) {
    next = child->next;
    if (child->name == "arguments") {
      auto const content = own.archive.content(child->entry);
      for (auto const word : base::split(content, '\0')) baked.arguments.emplace_back(word);
      baked.arguments.pop_back();  // behind the last NUL
    } else {
      baked.config_file = own.program + "/" + std::string(child->entry.name);
    }
  }
  return baked;
}

// What is opened later must not be taken for a standard stream, where whoever started us has closed one.
void fill_standard_streams() {
  for (int const stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) < 0) (void)::open("/dev/null", O_RDWR);  // the lowest number that is free
  }
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_streams();
  std::vector<std::string> const words(argv, argv + argc);
  base::ProcessTitle const title(argc, argv);
  auto const called = called_path(words);
  auto const executable = executable_path(called);
  if (auto const opened = bundle::open_own(executable, called); !opened) return refuse(opened.error());
  auto machine = config::Machine::this_one();
  if (auto const* const own = bundle::own()) machine.baked = baked_in(*own);
  auto const command = cli::parse_command({words, called}, machine.environment);
  Context const context{machine, words, called, executable, title};
  return std::visit([&](auto const& chosen) { return execute(chosen, context); }, command);
}
