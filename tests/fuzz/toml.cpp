// Whatever a TOML file holds, it is settings or an error that says what is wrong.
#include "config/toml.h"
#include "fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const outcome = config::parse_toml({reinterpret_cast<char const*>(data), size}, "monoceros.toml");
  fuzzing::expect(outcome || !outcome.error().message().empty(), "an error says what is wrong");
  return 0;
}
