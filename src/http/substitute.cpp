#include "http/substitute.h"

#include "http/error_page.h"
#include "http/status.h"

namespace http {

void substitute(Connection& connection, Response& response, Refusal const& refusal) {
  if (response.head_is_sent()) return connection.cut_off();
  if (!connection.claim_answer()) return;
  response.set_status(refusal.status, status_line(refusal.status));
  response.add_field("Content-Type", "text/html");
  auto const page = error_content(refusal);
  response.set_known_length(page.size());
  response.write(connection, page);
  response.finish(connection);
}

}  // namespace http
