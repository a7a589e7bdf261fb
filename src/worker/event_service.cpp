#include "worker/event_service.h"

#include <algorithm>
#include <optional>

#include "python/asgi/socket_exchange.h"
#include "python/signal_handlers.h"

namespace worker {
namespace {

// Requests that a client has sent together are begun one after the other for so long, then it is others' turn.
constexpr base::Duration kTurn = std::chrono::milliseconds(1);
// How often the core is looked after before the tasks of the application have their turn.
constexpr int kLooksPerTurn = 4;
// Exchanges at rest keep their buffers.
constexpr std::size_t kMostFree = 64;
// Applications that are cancelled in the end have so long to clean up, but not more than a part of graceful_timeout.
constexpr base::Duration kCleaning = std::chrono::seconds(2);
// A client of a WebSocket that does not answer for so long is lost.
constexpr base::Duration kTick = std::chrono::seconds(20);

// The right to lead, for the core's calls. Whoever else has it may want the interpreter.
class Leading {
 public:
  Leading(python::Gil const& gil, Baton& baton) : baton_(baton) {
    if (baton_.try_take()) return;
    python::ReleaseGil const released(gil);
    baton_.take();
  }
  ~Leading() { baton_.pass(); }
  Leading(Leading const&) = delete;
  Leading& operator=(Leading const&) = delete;

 private:
  Baton& baton_;
};

}  // namespace

EventService::EventService(Core& core, python::asgi::Application& application, python::asgi::EventLoop const& loop,
                           Signals& signals, logging::Log& log, metrics::WorkerSlot& slot, Bookkeeping& books,
                           Pulse& pulse, Options options)
    : core_(core),
      application_(application),
      loop_(loop),
      signals_(signals),
      log_(log),
      slot_(slot),
      books_(books),
      pulse_(pulse),
      options_(std::move(options)),
      lanes_([&] {
        std::vector<std::unique_ptr<Lane>> lanes;
        lanes.push_back(std::make_unique<Lane>(log));
        return lanes;
      }()),
      access_log_(books.access_log(lanes_.front()->access_lines())) {
  core_.tell_applications(
      [this](http::Connection& connection, Core::News what) { news_.push_back({&connection, what}); });
}

EventService::~EventService() = default;

python::Outcome<void> EventService::run(Gil const& gil) {
  turn_ = python::make_function(gil, [this](Gil const& held) { turn(held); });
  if (!turn_) return std::unexpected(python::Raised::take(gil));
  auto outcome = loop_.run(gil, core_.descriptor(), turn_.get());
  lanes_.front()->access_lines().flush();
  return outcome;
}

void EventService::turn(Gil const& gil) {
  if (is_over_) return;
  pulse_.beat();
  if (signals_.python.exchange(false) && python::run_signal_handlers(gil, log_) == python::AfterHandlers::finish)
    Signals::finish();
  if (signals_.reopen_logs.exchange(false)) books_.reopen_logs();
  for (int look = 0; look < kLooksPerTurn && !signals_.quick; ++look) {
    lead(gil);
    heed_news(gil);
    auto const turn_ends = base::now() + kTurn;
    while (auto* connection = next(gil)) {
      while (connection) connection = begin(gil, *connection, turn_ends);
    }
    if (core_.patience() != base::Duration::zero()) break;
  }
  lanes_.front()->access_lines().flush();
  if (signals_.graceful) leave_in_time(gil);
  is_over_ = signals_.quick || (core_.is_drained() && running_.empty());
  if (signals_.quick) cancel_all(gil);
  if (is_over_) return loop_.stop(gil);
  if (core_.is_drained()) return;  // applications have answered, and something to do yet
  wake_in_time(gil);
}

void EventService::lead(Gil const& gil) {
  Leading const leading(gil, core_.baton());
  if (signals_.graceful) core_.begin_drain(slot_.heir, slot_.sockets_end);
  core_.run_once(base::Duration::zero(), Core::Accepting::yes);
}

http::Connection* EventService::next(Gil const& gil) {
  Leading const leading(gil, core_.baton());
  return core_.take_ready();
}

// The same connection, if its next request is to be begun at once.
http::Connection* EventService::begin(Gil const& gil, http::Connection& connection, base::Instant turn_ends) {
  auto made = make_exchange(gil, connection.request());
  auto& exchange = *made;
  books_.count();
  beginning_ = &exchange;
  bool const has_returned = application_.begin(gil, exchange, connection, base::now());
  if (has_returned) application_.end(gil, exchange);
  beginning_ = nullptr;
  if (has_returned) {
    auto* const goes_on = give_back(gil, exchange, turn_ends);
    rest(std::move(made));
    return goes_on;
  }
  running_.emplace(&exchange, std::move(made));
  if (exchange.is_answered()) return give_back(gil, exchange, turn_ends);
  waiting_.emplace(&connection, &exchange);
  connection.send_held();
  Leading const leading(gil, core_.baton());
  core_.attend(connection);
  return nullptr;
}

// The answer is complete: the connection is the core's again.
http::Connection* EventService::give_back(Gil const& gil, Exchange& exchange, base::Instant turn_ends) {
  auto const& response = exchange.response();
  application_.note_answer(gil, exchange);
  books_.tell(access_log_, *exchange.connection(), response, exchange.started());
  auto* const connection = exchange.release(gil);
  waiting_.erase(connection);
  auto const begun = exchange.started();
  return core_.give_back(*connection, response.persists() && !exchange.is_gone(),
                         {.begun = begun, .ends = is_asked_to_go() ? begun : turn_ends});
}

// Where the application is being begun the answer is dealt with afterwards. Otherwise what follows is the next turn's.
void EventService::on_answered(Gil const& gil, Exchange& exchange) {
  if (&exchange == beginning_) return;
  give_back(gil, exchange, exchange.started());
  if (core_.patience() == base::Duration::zero() || is_asked_to_go()) core_.wake();
}

void EventService::on_full(Gil const& gil, Exchange& exchange) {
  Leading const leading(gil, core_.baton());
  core_.await_room(*exchange.connection());
}

void EventService::on_returned(Gil const& gil, Exchange& exchange) {
  if (exchange.term) python::asgi::EventLoop::cancel(gil, exchange.term.get());
  application_.end(gil, exchange);  // answers what is not answered
  auto ended = running_.extract(&exchange);
  rest(std::move(ended.mapped()));
  if (is_asked_to_go()) core_.wake();
}

void EventService::rest(std::unique_ptr<Exchange> exchange) {
  if (free_.size() < kMostFree && exchange->may_serve_again()) free_.push_back(std::move(exchange));
}

std::unique_ptr<python::asgi::Exchange> EventService::make_exchange(Gil const& gil, http::Request const& request) {
  if (websocket::is_upgrade(request)) {
    tick_later(gil);
    return prepared(std::make_unique<python::asgi::SocketExchange>(static_cast<Exchange::Owner&>(*this)));
  }
  if (free_.empty()) return prepared(std::make_unique<Exchange>(static_cast<Exchange::Owner&>(*this)));
  auto taken = std::move(free_.back());
  free_.pop_back();
  return taken;
}

std::unique_ptr<python::asgi::Exchange> EventService::prepared(std::unique_ptr<Exchange> exchange) const {
  exchange->response().identify_as(options_.server);
  exchange->response().set_pace(core_.options().write);
  exchange->response().serve_files_from(options_.files);
  return exchange;
}

void EventService::heed_news(Gil const& gil) {
  for (auto const& [connection, what] : std::exchange(news_, {})) heed(gil, *connection, what);
}

// A connection may be the core's again by now.
void EventService::heed(Gil const& gil, http::Connection& connection, Core::News what) {
  auto const found = waiting_.find(&connection);
  if (found == waiting_.end()) return;
  auto& exchange = *found->second;
  if (what == Core::News::input) return exchange.on_input(gil);
  if (what == Core::News::room) return exchange.on_room(gil);
  if (exchange.term) return;
  if (!exchange.is_gone()) exchange.on_gone(gil);  // a send() may have seen it first
  if (exchange.is_answered()) return;
  Ref const cancel =
      python::make_function(gil, [&exchange](Gil const& held) { python::asgi::Application::cancel(held, exchange); });
  if (cancel) exchange.term = loop_.call_later(gil, options_.disconnect_grace, cancel.get());
}

// WebSockets are asked now and then whether anybody is there.
void EventService::tick_later(Gil const& gil) {
  if (std::exchange(ticks_, true)) return;
  Ref const call = python::make_function(gil, [this](Gil const& held) {
    ticks_ = false;
    tick(held);
  });
  if (call) (void)loop_.call_later(gil, kTick, call.get());
}

void EventService::tick(Gil const& gil) {
  bool is_wanted = false;
  for (auto* const exchange : all_running()) is_wanted = exchange->on_tick(gil) || is_wanted;
  if (is_wanted) tick_later(gil);
}

// What is done to one may change which there are.
std::vector<python::asgi::Exchange*> EventService::all_running() const {
  std::vector<Exchange*> all;
  for (auto const& [key, exchange] : running_) all.push_back(exchange.get());
  return all;
}

// What does not come to an end within graceful_timeout is cancelled a little before, so that it can clean up.
void EventService::leave_in_time(Gil const& gil) {
  if (std::exchange(is_leaving_, true)) return;
  for (auto* const exchange : all_running()) exchange->on_leaving(gil);
  auto const cleaning = std::min(kCleaning, options_.graceful_timeout / 5);
  Ref const cancel = python::make_function(gil, [this](Gil const& held) { cancel_all(held); });
  if (cancel) (void)loop_.call_later(gil, options_.graceful_timeout - cleaning, cancel.get());
}

void EventService::cancel_all(Gil const& gil) {
  for (auto* const exchange : all_running()) python::asgi::Application::cancel(gil, *exchange);
}

// The loop calls when a deadline of the core's has come, if no event does before.
void EventService::wake_in_time(Gil const& gil) {
  auto const patience = core_.patience();
  if (!patience) return;
  if (*patience == base::Duration::zero()) return core_.wake();
  auto const now = base::now();
  auto const due = now + *patience;
  if (alarm_ && alarm_due_ > now && alarm_due_ <= due) return;
  if (alarm_ && alarm_due_ > now) python::asgi::EventLoop::cancel(gil, alarm_.get());
  alarm_ = loop_.call_later(gil, *patience, turn_.get());
  alarm_due_ = due;
}

}  // namespace worker
