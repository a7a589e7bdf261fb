// A connection hands over the same content and answers with the same statuses however its client's bytes come, and ends
// when its client does.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "fuzzing.h"
#include "http/connection.h"
#include "http/response.h"

namespace {

using http::Connection;
using Phase = Connection::Phase;

class Conversation {
 public:
  explicit Conversation(bool expects_announcement) {
    std::array<int, 2> ends{};
    fuzzing::expect(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) == 0, "a socket");
    client_.reset(ends[1]);
    limits_.body_in_memory = 64;
    http::Peer peer;
    peer.may_announce = true;
    connection_.emplace(http::Transport(base::Fd(ends[0])), std::move(peer), local_, limits_, policy_, pool_);
    if (expects_announcement) connection_->expect_announcement(http::ProxyProtocol::auto_detect);
  }

  void say(std::string_view text) {
    if (connection_->phase() == Phase::closed) return;
    fuzzing::expect(::send(client_.get(), text.data(), text.size(), MSG_NOSIGNAL) == ssize_t(text.size()),
                    "it is sent");
    go_on(false);
  }

  // The statuses of all answers, and the contents that were handed over.
  std::vector<std::string> end() {
    ::shutdown(client_.get(), SHUT_WR);
    for (int turn = 0; turn < 10 && connection_->phase() != Phase::closed; ++turn) go_on(true);
    fuzzing::expect(connection_->phase() == Phase::closed, "it ends when its client does");
    hear();
    std::vector<std::string> statuses;
    constexpr std::string_view mark = "HTTP/1.1 ";
    for (auto at = heard_.find(mark); at != heard_.npos; at = heard_.find(mark, at + 1)) {
      auto const status = heard_.substr(at + mark.size(), 3);
      if (status != "100") statuses.push_back(status);  // a client that has sent its content is not told to
    }
    statuses.insert(statuses.end(), contents_.begin(), contents_.end());
    return statuses;
  }

 private:
  void go_on(bool ended) {
    auto phase = connection_->on_event(true, true, ended);
    for (int turn = 0; turn < 10'000; ++turn) {
      hear();
      if (phase == Phase::ready)
        phase = answer();
      else if (connection_->has_more())
        phase = connection_->resume();
      else if (phase == Phase::draining)
        phase = connection_->on_event(false, true, ended);
      else
        return;
    }
    fuzzing::expect(false, "it does not go round in circles");
  }

  Phase answer() {
    connection_->take();
    contents_.push_back(take_content());
    response_.begin(connection_->request());
    response_.set_status(200, "200 OK");
    response_.set_known_length(2);
    response_.write(*connection_, "ok");
    response_.finish(*connection_);
    return connection_->finish(response_.persists());
  }

  std::string take_content() {
    if (auto const body = connection_->body()) return std::string(*body);
    std::string content(*connection_->content_left(), '\0');
    std::size_t taken = 0;
    while (taken < content.size())
      taken +=
          connection_
              ->take_content(std::span(content).subspan(taken, std::min<std::size_t>(content.size() - taken, 7)), {})
              .value();
    return content;
  }

  void hear() {
    std::array<char, 8192> room;
    for (;;) {
      auto const count = ::recv(client_.get(), room.data(), room.size(), 0);
      if (count <= 0) return;
      heard_.append(room.data(), static_cast<std::size_t>(count));
    }
  }

  http::Limits limits_;
  http::Policy policy_;
  http::BufferPool pool_;
  http::LocalEnd local_;
  base::Fd client_;
  std::optional<Connection> connection_;
  http::Response response_;
  std::string heard_;
  std::vector<std::string> contents_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzzing::Input const input(data, size);
  Conversation whole(input.chooses(0)), cut(input.chooses(0));
  whole.say(input.text);
  fuzzing::Fragments fragments(input.text);
  for (auto rest = input.text; !rest.empty();) {
    auto const piece = rest.substr(0, fragments.next());
    cut.say(piece);
    rest.remove_prefix(piece.size());
  }
  fuzzing::expect(whole.end() == cut.end(), "the answers do not depend on fragments");
  return 0;
}
