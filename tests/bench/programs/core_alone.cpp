// bench_core_alone PORT: the core of a worker with an answer in C++ in the place of Python: what an application in
// Python can at best have here.
#include <cstdio>
#include <string>

#include "http/response.h"
#include "net/listener.h"
#include "worker/core.h"

int main(int count, char** words) {
  if (count != 2) return std::fprintf(stderr, "usage: bench_core_alone PORT\n"), 2;
  auto log = logging::Log::open({"/dev/null", "", logging::Level::error});
  auto const address = net::Address::parse("127.0.0.1:" + std::string(words[1]));
  auto listener = net::Listener::bind(*address);
  if (!listener) return std::fprintf(stderr, "bench_core_alone: %s\n", listener.error().message().c_str()), 1;
  auto core = worker::Core::create({{listener->descriptor(), {}}}, {}, *log);
  http::Response response;
  constexpr std::string_view content = "Hello, World!\n";
  for (;;) {
    http::Connection* going_on = nullptr;
    while (auto* const connection = going_on ? going_on : (*core)->take_ready()) {
      auto const begun = base::now();
      response.begin(connection->request());
      response.set_status(200, "200 OK");
      (void)response.add_field("Content-Type", "text/plain");
      response.set_known_length(content.size());
      response.write(*connection, content);
      response.finish(*connection);
      going_on = (*core)->give_back(*connection, response.persists(),
                                    {.begun = begun, .ends = begun + std::chrono::milliseconds(1)});
    }
    (*core)->run_once(std::nullopt, worker::Core::Accepting::yes);
  }
}
