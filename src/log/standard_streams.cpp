#include "log/standard_streams.h"

#include "base/sys.h"

namespace logging {
namespace {

constexpr int kOutput = static_cast<int>(Stream::standard_output);
constexpr int kError = static_cast<int>(Stream::standard_error);

}  // namespace

int StandardStreams::descriptor(Stream stream) const {
  auto const& kept = stream == Stream::standard_output ? output_ : error_;
  return kept ? kept.get() : static_cast<int>(stream);
}

base::Result<void> StandardStreams::capture(int file) {
  // One that was closed when we started is not kept: it stays captured.
  if (!output_ && base::sys::kind_of(kOutput)) output_ = TRY(base::sys::duplicate(kOutput));
  if (!error_ && base::sys::kind_of(kError)) error_ = TRY(base::sys::duplicate(kError));
  TRY_VOID(base::sys::replace_stream(file, kOutput));
  return base::sys::replace_stream(file, kError);
}

void StandardStreams::forget() {
  output_.reset();
  error_.reset();
}

base::Result<void> StandardStreams::release() {
  if (output_) TRY_VOID(base::sys::replace_stream(output_.get(), kOutput));
  if (error_) TRY_VOID(base::sys::replace_stream(error_.get(), kError));
  forget();
  return {};
}

}  // namespace logging
