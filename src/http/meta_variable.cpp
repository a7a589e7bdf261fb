#include "http/meta_variable.h"

#include "base/strings.h"

namespace http {

std::string meta_variable(std::string_view field_name) {
  std::string name(field_name);
  for (char& c : name) c = c == '-' ? '_' : base::to_upper(c);
  return name == "CONTENT_LENGTH" || name == "CONTENT_TYPE" ? name : "HTTP_" + name;
}

}  // namespace http
