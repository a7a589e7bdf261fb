#include "tls/certificates.h"

namespace tls {

base::Result<std::shared_ptr<Certificates>> Certificates::create(ContextOptions options,
                                                                 std::shared_ptr<Tickets> tickets) {
  std::shared_ptr<Certificates> certificates(new Certificates(std::move(options), std::move(tickets)));
  TRY(certificates->load(certificates->look()));
  return certificates;
}

Certificates::Certificates(ContextOptions options, std::shared_ptr<Tickets> tickets)
    : options_(std::move(options)), tickets_(std::move(tickets)) {}

std::shared_ptr<Context const> Certificates::current() const {
  std::lock_guard const lock(mutex_);
  return current_;
}

Certificates::Stamps Certificates::look() const {
  Stamps stamps;
  for (auto const& [certificate, key] : options_.identities) {
    for (auto const& path : {certificate.path, key.path}) stamps[path] = base::sys::stamp_of(path);
  }
  if (auto const& path = options_.authorities.path; !path.empty()) stamps[path] = base::sys::stamp_of(path);
  return stamps;
}

// The stamps are those from before the files are read: a change meanwhile is seen at the next look.
base::Result<bool> Certificates::load(Stamps stamps) {
  loaded_ = seen_ = std::move(stamps);
  auto context = TRY(Context::create(options_, tickets_));
  std::lock_guard const lock(mutex_);
  current_ = std::move(context);
  return true;
}

base::Result<bool> Certificates::renew() {
  auto stamps = look();
  if (stamps == loaded_) return false;
  if (stamps != seen_) {
    seen_ = std::move(stamps);
    return false;
  }
  return load(std::move(stamps));
}

base::Result<bool> Certificates::renew_now() {
  tickets_->advance();
  auto stamps = look();
  if (stamps == loaded_) return false;
  return load(std::move(stamps));
}

}  // namespace tls
