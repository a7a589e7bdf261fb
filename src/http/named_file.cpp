// What becomes of a response whose application names a file instead of sending it.
#include "base/strings.h"
#include "http/connection.h"
#include "http/error_page.h"
#include "http/file_answer.h"
#include "http/response.h"
#include "http/status.h"

namespace http {

bool Response::names_file(std::string_view name, std::string_view value) {
  is_named_by_uri_ = base::equal_ignoring_case(name, "X-Accel-Redirect");
  if (!is_named_by_uri_ && !base::equal_ignoring_case(name, "X-Sendfile")) return false;
  named_file_ = base::trim(value);
  return true;
}

std::string_view Response::find_field(std::string_view name) const {
  for (std::string_view rest = fields_; !rest.empty(); rest.remove_prefix(rest.find("\r\n") + 2)) {
    auto const line = rest.substr(0, rest.find("\r\n"));
    auto const colon = line.find(':');
    if (base::equal_ignoring_case(line.substr(0, colon), name)) return base::trim(line.substr(colon + 1));
  }
  return {};
}

void Response::take_field(std::string_view name) {
  for (std::size_t at = 0; at < fields_.size();) {
    auto const end = fields_.view().find("\r\n", at) + 2;
    auto const line = fields_.view().substr(at, end - at);
    if (base::equal_ignoring_case(line.substr(0, line.find(':')), name))
      fields_.erase(at, end - at);
    else
      at = end;
  }
}

void Response::refuse_file(std::string reason) {
  set_status(404, "404 Not Found");
  file_error_ = std::move(reason);
  add_field("Content-Type", "text/html");
}

// The application's own content, length and ranges are about the answer that this one replaces. Its status stays,
// unless it is the success that a file brings by itself.
Outbox::Status Response::send_named_file(Connection& connection) {
  auto const name = std::exchange(named_file_, {});
  if (forbids_content(status_)) return write(connection, {});
  auto const file = is_named_by_uri_ ? files_->by_uri(name) : files_->by_path(name);
  if (!file) {
    refuse_file(file.error().message());
    auto const page = error_content({404, ""});
    set_known_length(page.size());
    auto const status = write(connection, page);
    takes_content_ = false;
    return status;
  }
  for (auto const* replaced : {"Content-Length", "Content-Range", "Accept-Ranges"}) take_field(replaced);
  if (find_field("Last-Modified").empty()) add_field("Last-Modified", http_date(file->modified));
  FileAnswer answer;
  answer.count = file->size;
  if (status_ == 200 || status_ == 206) {
    answer = answer_for_file(connection.request(), file->size, find_field("Last-Modified"), find_field("ETag"));
    status_ = answer.status;
    status_line_ = answer.status_line;
    fields_.add("Accept-Ranges: bytes\r\n").add(answer.fields);
  }
  length_ = answer.count;
  length_is_applications_ = false;
  auto const composed = compose_head(connection);
  auto head = iovec{const_cast<char*>(composed.data()), composed.size()};
  auto status = connection.send({&head, 1});
  if (takes_content_ && answer.count > 0 && status != Outbox::Status::closed) {
    status = connection.send_file(file->descriptor.get(), static_cast<off_t>(answer.offset), answer.count);
    add_sent(answer.count);
  }
  takes_content_ = false;  // whatever the application gives still
  return status;
}

}  // namespace http
