#include "python/facts.h"

#include <algorithm>

#include "base/strings.h"
#include "python/api.h"
#include "python/convert.h"

namespace python {
namespace {

bool append_field(Gil const&, Ref const& list, Ref const& name, Ref const& value) {
  Ref const pair = Ref::take(name && value ? PyTuple_Pack(2, name.get(), value.get()) : nullptr);
  return pair && PyList_Append(list.get(), pair.get()) == 0;
}

// Names in capitals, which is how Gunicorn shows them.
Ref request_fields(Gil const& gil, http::Request const& request) {
  Ref list = Ref::take(PyList_New(0));
  for (auto const& field : request.fields) {
    std::string name(request.text(field.name));
    std::ranges::transform(name, name.begin(), base::to_upper);
    if (!list || !append_field(gil, list, from_latin1(gil, name), from_latin1(gil, request.text(field.value))))
      return {};
  }
  return list;
}

Ref response_fields(Gil const& gil, std::string_view block) {
  Ref list = Ref::take(PyList_New(0));
  while (list && !block.empty()) {
    auto const end = block.find("\r\n");
    auto const line = block.substr(0, end);
    auto const colon = line.find(':');
    auto const value = base::trim(line.substr(colon + 1));
    if (!append_field(gil, list, from_latin1(gil, line.substr(0, colon)), from_latin1(gil, value))) return {};
    block.remove_prefix(end == block.npos ? block.size() : end + 2);
  }
  return list;
}

Ref peer_address(Gil const& gil, http::Peer const& peer) {
  auto const port = base::parse_decimal(peer.port);
  if (!port) return from_utf8(gil, peer.address);
  return Ref::take(Py_BuildValue("(NI)", from_utf8(gil, peer.address).release(), static_cast<unsigned>(*port)));
}

}  // namespace

Ref request_facts(Gil const& gil, http::Connection const& connection, http::Request const& request) {
  auto const text = [&](http::Slice slice) { return from_latin1(gil, request.text(slice)).release(); };
  return Ref::take(Py_BuildValue("(NNNNN(ii)Ns)", text(request.method), text(request.target), text(request.path),
                                 text(request.query), request_fields(gil, request).release(), 1, request.minor_version,
                                 peer_address(gil, connection.peer()).release(), request.is_secure ? "https" : "http"));
}

Ref response_facts(Gil const& gil, http::Response const& response) {
  return Ref::take(Py_BuildValue("(NNK)", from_latin1(gil, response.status_line()).release(),
                                 response_fields(gil, response.fields()).release(),
                                 static_cast<unsigned long long>(response.content_sent())));
}

}  // namespace python
