#include "http/basic_auth.h"

#include "base/base64.h"
#include "base/strings.h"

namespace http {

std::string basic_user(Request const& request) {
  auto const credentials = request.field("Authorization").value_or("");
  constexpr std::string_view scheme = "basic ";
  if (!base::equal_ignoring_case(credentials.substr(0, scheme.size()), scheme)) return {};
  auto const decoded = base::from_base64(base::trim(credentials.substr(scheme.size())));
  return decoded.substr(0, decoded.find(':'));
}

}  // namespace http
