// A complete answer that its request's connection is still to be rid of.
#pragma once

#include "http/connection.h"

namespace worker {

struct Answer {
  http::Connection* connection;
  bool persists;  // another request may follow
};

}  // namespace worker
