// SHA-1 (FIPS 180-4), for protocols that ask for it where nothing depends on its strength (RFC 6455 section 10.8).
#pragma once

#include <string>
#include <string_view>

namespace tls {

// The 20 bytes of the digest. Any thread.
std::string sha1(std::string_view text);

}  // namespace tls
