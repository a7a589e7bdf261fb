// The same bytes give the same requests and the same refusal, however they are cut, and whether or not content is
// gathered before it is taken.
#include "reading.h"

namespace {

http::Limits limits(fuzzing::Input const& input) {
  http::Limits limits;
  limits.body_in_memory = 64;
  if (!input.chooses(0)) return limits;
  limits.request_line = 40;
  limits.fields = 4;
  limits.field_size = 30;
  limits.body = 20;
  return limits;
}

http::Policy policy(fuzzing::Input const& input) {
  http::Policy policy;
  policy.leniency = {.obsolete_folding = input.chooses(1), .header_spaces = input.chooses(2)};
  policy.permit_unconventional_http_method = policy.permit_unconventional_http_version = input.chooses(3);
  policy.casefold_http_method = input.chooses(4);
  policy.header_map = input.chooses(5)   ? http::HeaderMap::dangerous
                      : input.chooses(6) ? http::HeaderMap::refuse
                                         : http::HeaderMap::drop;
  return policy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzzing::Input const input(data, size);
  auto const limits = ::limits(input);
  auto const policy = ::policy(input);
  bool const trusted = input.chooses(7);
  auto const whole = fuzzing::read_whole(input.text, limits, policy, trusted);
  fuzzing::expect_equal(whole, fuzzing::read_in_fragments(input.text, limits, policy, trusted),
                        "fragments do not matter");
  fuzzing::expect_equal(whole, fuzzing::read(input.text, limits, policy, trusted, [] { return 1; }),
                        "single bytes do not matter");
  auto taking = policy;
  taking.gathers_content = false;
  fuzzing::expect_equal(whole, fuzzing::read_in_fragments(input.text, limits, taking, trusted),
                        "who takes content while it comes gets the same");
  return 0;
}
