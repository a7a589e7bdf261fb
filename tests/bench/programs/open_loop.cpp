// bench_open_loop PLACE RATE SECONDS CONNECTIONS USE FILE: sends the request in FILE to PLACE (a port of 127.0.0.1 or
// the path of a unix socket) at a fixed rate, whatever the server does, and prints `answers errors p50 p99 p99.9`, in
// microseconds. The time of an answer counts from when its request was due, not from when a connection was free for it:
// a server that stalls is not asked less (no coordinated omission). USE is `kept`, or `closed` for a connection each.
// Polls without a pause; give it a processor of its own. Answers need a Content-Length.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

class Answer {
 public:
  // Whether it is complete now.
  bool take(std::string_view bytes) {
    if (missing_ == 0)
      head_ += bytes;
    else
      missing_ -= std::min(missing_, bytes.size());
    if (missing_ == 0 && !head_.empty()) measure();
    return missing_ == 0 && head_.empty();
  }

 private:
  void measure() {
    auto const end = head_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    std::size_t length = 0;
    for (std::size_t at = 0; at < end; at = head_.find("\r\n", at) + 2)
      if (::strncasecmp(head_.c_str() + at, "Content-Length:", 15) == 0)
        length = std::strtoull(head_.c_str() + at + 15, nullptr, 10);
    auto const content = head_.size() - end - 4;
    missing_ = length - std::min(length, content);
    head_.clear();
  }

  std::string head_;
  std::size_t missing_ = 0;
};

struct Connection {
  int socket = -1;
  Clock::time_point due;
  Answer answer;
};

int connected(int client, auto const& address) {
  if (::connect(client, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0) return client;
  std::perror("bench_open_loop");
  std::exit(1);
}

int connect_to(std::string const& place) {
  if (place.starts_with('/')) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    place.copy(address.sun_path, sizeof address.sun_path - 1);
    return connected(::socket(AF_UNIX, SOCK_STREAM, 0), address);
  }
  int const client = ::socket(AF_INET, SOCK_STREAM, 0), on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(place.c_str())));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connected(client, address);
}

class Load {
 public:
  Load(std::string place, std::size_t connections, bool keeps, std::string request)
      : place_(std::move(place)), keeps_(keeps), request_(std::move(request)), connections_(connections) {
    for (std::size_t i = 0; i < connections; ++i) {
      if (keeps_) open(i);
      free_.push_back(i);
    }
  }

  void run(double rate, double seconds) {
    auto const begin = Clock::now();
    auto const count = static_cast<std::size_t>(rate * seconds);
    auto const time_of = [&](std::size_t i) {
      return begin + std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * static_cast<double>(i) / rate));
    };
    auto const end = time_of(count) + std::chrono::seconds(5);
    for (std::size_t next = 0; times_.size() + errors_ < count && Clock::now() < end;) {
      for (auto const now = Clock::now(); next < count && time_of(next) <= now; ++next) due_.push_back(time_of(next));
      while (!due_.empty() && !free_.empty()) ask();
      hear();
    }
    errors_ = count - times_.size();
  }

  void print() {
    std::ranges::sort(times_);
    auto const at = [&](double part) {
      if (times_.empty()) return 0.0;
      return times_[std::min(times_.size() - 1, static_cast<std::size_t>(part * static_cast<double>(times_.size())))];
    };
    std::printf("%zu %zu %.0f %.0f %.0f\n", times_.size(), errors_, at(0.5), at(0.99), at(0.999));
  }

 private:
  void open(std::size_t index) {
    connections_[index] = {.socket = connect_to(place_), .due = {}, .answer = {}};
    epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[index].socket, &event);
  }

  void ask() {
    auto const index = free_.front();
    free_.pop_front();
    if (!keeps_) open(index);
    connections_[index].due = due_.front();
    due_.pop_front();
    (void)::send(connections_[index].socket, request_.data(), request_.size(), MSG_NOSIGNAL);
  }

  void hear() {
    std::array<epoll_event, 64> events;
    int const found = ::epoll_wait(epoll_, events.data(), events.size(), 0);
    for (int i = 0; i < found; ++i) hear(events[static_cast<std::size_t>(i)].data.u64);
  }

  void hear(std::size_t index) {
    auto& connection = connections_[index];
    auto const count = ::recv(connection.socket, room_.data(), room_.size(), 0);
    if (count > 0) {
      if (!connection.answer.take({room_.data(), static_cast<std::size_t>(count)})) return;
      times_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - connection.due).count());
      if (!keeps_) ::close(connection.socket);
    } else {
      ++errors_;
      ::close(connection.socket);
      if (keeps_) open(index);
      std::erase(free_, index);  // where nothing was asked on it
    }
    free_.push_back(index);
  }

  std::string place_;
  bool keeps_;
  std::string request_;
  int epoll_ = ::epoll_create1(0);
  std::vector<Connection> connections_;
  std::deque<std::size_t> free_;
  std::deque<Clock::time_point> due_;
  std::vector<double> times_;
  std::size_t errors_ = 0;
  std::array<char, 65536> room_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 7) {
    std::fprintf(stderr, "usage: bench_open_loop PLACE RATE SECONDS CONNECTIONS kept|closed FILE\n");
    return 2;
  }
  std::ifstream file(words[6], std::ios::binary);
  std::ostringstream request;
  request << file.rdbuf();
  bool const keeps = std::string_view(words[5]) == "kept";
  Load load(words[1], std::strtoull(words[4], nullptr, 10), keeps, request.str());
  load.run(std::atof(words[2]), std::atof(words[3]));
  load.print();
}
