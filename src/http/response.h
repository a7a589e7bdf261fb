// The answer to one request: its head, its framing (RFC 9112 section 6), and how much of it is out. Filled and sent by
// the thread that runs the application; sends through the connection it answers on. One is used again and again, for
// its buffers.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "http/burst.h"
#include "http/date.h"
#include "http/field_name.h"
#include "http/file_root.h"
#include "http/outbox.h"
#include "http/pace.h"
#include "http/request.h"

namespace http {

class Connection;

class Response {
 public:
  enum class Framing { none, length, chunked, until_close };

  // The value of the Server field from now on; empty: there is none.
  void identify_as(std::string_view server);

  // From now on X-Sendfile and X-Accel-Redirect are replaced by the file they name. Outlives the response; null: they
  // are fields as any other.
  void serve_files_from(FileRoot const* files) { files_ = files; }
  // Why the file named in the present answer could not be sent; empty: it could.
  std::string const& file_error() const { return file_error_; }

  // For how slow a client an application waits, to take what it has sent already.
  void set_pace(Pace const& pace) { pace_ = pace; }
  Pace const& pace() const { return pace_; }

  // Begins anew for `request`.
  void begin(Request const& request);

  // `line` is "200 OK". May be called again until the head is sent: the later one replaces the earlier, fields
  // included.
  void set_status(int status, std::string_view line);

  // A field of the application's, in its order. Fields that are the server's own to decide (Connection and other
  // hop-by-hop fields, Server, Date, Transfer-Encoding) are left out.
  enum class Added { yes, ours_to_decide, bad_name, bad_value, bad_length };
  Added add_field(FieldName name, std::string_view value);
  Added add_field(std::string_view name, std::string_view value) { return add_field(FieldName::of(name), value); }

  // Fields of a 103 (RFC 8297), which goes out at once, before the head. Nothing is sent to HTTP/1.0, nor once the head
  // is out.
  void clear_early_hints() { hints_.clear(); }
  Added add_early_hint(std::string_view name, std::string_view value);
  void send_early_hints(Connection&);

  // The connection is out of the application's hands, and the time that passes is not its own: it writes on the
  // connection by itself (until the next request), or waits for its client (until take_back()). Any thread may ask.
  void hand_over() { is_handed_over_.store(true, std::memory_order_relaxed); }
  void take_back() { is_handed_over_.store(false, std::memory_order_relaxed); }
  bool is_handed_over() const { return is_handed_over_.load(std::memory_order_relaxed); }

  // The application is known to yield no more than this: no Content-Length of its own needed.
  void set_known_length(std::uint64_t length);

  // Sends `data`, and the head before the first of it. Content beyond Content-Length, or to a request that gets none,
  // is dropped. An empty piece sends nothing. Pieces that come in a burst may be held for a moment, see
  // Connection::send_held(); any may, where more `follows` at once: write() again, or finish().
  Outbox::Status write(Connection&, std::string_view data, bool follows = false);
  Outbox::Status write_file(Connection&, int file, off_t offset, std::size_t count);

  // Ends the message: the head if nothing was written, the last chunk if chunked.
  Outbox::Status finish(Connection&);

  bool has_status() const { return status_ != 0; }
  bool head_is_sent() const { return head_sent_; }
  // The client has been told all there is to tell, but for the end of chunks.
  bool is_whole() const { return head_sent_ && is_complete(); }

  // Another request may follow on this connection. False after a body shorter than promised.
  bool persists() const { return persists_; }
  void forbid_persistence() { persists_ = false; }

  // Content was promised that did not come: the message cannot be ended properly.
  bool is_short() const {
    return framing_ == Framing::length && takes_content_ && head_sent_ && content_sent() < *length_;
  }

  int status() const { return status_; }
  std::string_view status_line() const { return status_line_; }
  std::string_view fields() const { return fields_.view(); }  // "Name: value\r\n"...
  // Any thread.
  std::uint64_t content_sent() const { return sent_.load(std::memory_order_relaxed); }
  std::optional<std::uint64_t> content_length() const { return length_; }

 private:
  // Nothing of the message is left to come.
  bool is_complete() const {
    return framing_ == Framing::length ? !takes_content_ || content_sent() == *length_ : framing_ == Framing::none;
  }
  void add_sent(std::uint64_t count) { sent_.store(content_sent() + count, std::memory_order_relaxed); }
  std::string_view compose_head(Connection const&);
  std::string_view compose_preamble();
  void choose_framing();
  std::string_view connection_line() const;
  bool has_content_length() const;
  bool names_file(std::string_view name, std::string_view value);
  Outbox::Status send_named_file(Connection&);
  void refuse_file(std::string reason);
  void take_field(std::string_view name);
  std::string_view find_field(std::string_view name) const;

  std::string server_line_ = "Server: monoceros\r\n";
  Pace pace_;
  int minor_version_ = 1;
  bool is_head_ = false;
  bool is_connect_ = false;
  bool names_upgrade_ = false;  // the application does, where that is its business
  bool persists_ = true;
  int status_ = 0;
  std::string status_line_;
  base::Text fields_;
  std::optional<std::uint64_t> length_;
  bool length_is_applications_ = false;  // it stands in fields_
  Framing framing_ = Framing::none;
  bool takes_content_ = true;
  bool head_sent_ = false;
  std::atomic<std::uint64_t> sent_ = 0;
  FileRoot const* files_ = nullptr;
  std::string named_file_;  // by the application; empty: none
  bool is_named_by_uri_ = false;
  std::string file_error_;
  struct Preamble {
    struct Of {
      int minor_version = -1;
      bool persists = false;
      bool names_upgrade = false;
      std::int64_t second = 0;
      bool operator==(Of const&) const = default;
    } of;
    std::string status_line;
    base::Text text;
  } preamble_;
  base::Text head_;
  base::Text hints_;
  Burst burst_;
  std::atomic<bool> is_handed_over_ = false;
  DateField date_;
};

}  // namespace http
