// The rules for a request head that go beyond its grammar: what llhttp lets through and we must not, what fields mean
// for framing and target (RFC 9110, RFC 9112), and Gunicorn's policies for forwarded fields.
#pragma once

#include <optional>

#include "http/limits.h"
#include "http/refusal.h"
#include "http/request.h"

namespace http {

// Completes `request` (target parts, expectation, scheme; fields the policy drops are taken out) or says why not.
// `trusted`: the peer may speak for the client (forwarded_allow_ips).
std::optional<Refusal> check_head(Request& request, Policy const& policy, bool trusted);

}  // namespace http
