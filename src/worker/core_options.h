// What the C++ half of a worker is to be: limits, deadlines, whom it trusts.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/clock.h"
#include "http/limits.h"
#include "http/pace.h"
#include "http/proxy_protocol.h"
#include "http/spool.h"
#include "net/address_set.h"
#include "net/epoll.h"
#include "tls/certificates.h"
#include "worker/answer_batch.h"

namespace worker {

struct CoreOptions {
  http::Limits limits;
  http::Policy policy;
  http::SpoolOptions spool;
  net::AddressSet trusted_peers;
  http::ProxyProtocol proxy_protocol = http::ProxyProtocol::off;
  net::AddressSet announcing_peers;  // who may use it
  // When there are so many, the one that has been idle for longest makes room for the next.
  std::size_t connections = 1000;
  // Memory for what slow clients send and do not take, of all of them, in bytes; 0: no limit.
  std::size_t buffers = 64 << 20;
  // Complete requests that wait for the application, and how long one does; 0: no limit. Those beyond are answered 503.
  std::size_t queue = 0;
  base::Duration queue_time{0};
  // How many new connections are taken from a listener before other events have their turn.
  int accepts_per_turn = 16;
  // How many connections are read from before requests that are complete have their turn.
  std::size_t events_per_turn = net::Epoll::kMost;
  Gathering gathering;
  // How long a client may take: between requests, until the first byte of all and again from the first byte of a head
  // to its last, over content, over its answer, after a refusal. keepalive 0: one request a connection.
  base::Duration keepalive = std::chrono::seconds(2);
  base::Duration head = std::chrono::seconds(30);
  http::Pace content;
  http::Pace write;
  base::Duration linger = std::chrono::seconds(2);
  base::Duration handshake = std::chrono::seconds(10);        // of TLS, as a whole
  std::shared_ptr<tls::Certificates> certificates = nullptr;  // null: no TLS
};

}  // namespace worker
