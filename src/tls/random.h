// Random numbers for mbedTLS, straight from the kernel: nothing to seed, nothing that two processes could share.
#pragma once

#include <cstddef>

namespace tls {

// Of the form that mbedTLS calls; 0 is success. Any thread.
int random_bytes(void* unused, unsigned char* into, std::size_t count);

}  // namespace tls
