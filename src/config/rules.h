// The settings whose type alone does not say which values are good. Same form as assign().
#pragma once

#include "config/assign.h"

namespace config {

// "a, b" as a list of its parts.
Assigned assign_comma_list(Field const&, Texts& into, RawValue const&, Context&);
// The same, each part "*" or an IP address or network.
Assigned assign_networks(Field const&, Texts& into, RawValue const&, Context&);
// "NAME=value" texts.
Assigned assign_variables(Field const&, Texts& into, RawValue const&, Context&);
// Files that exist, or patterns.
Assigned assign_watched_files(Field const&, Texts& into, RawValue const&, Context&);
// An existing directory, made absolute.
Assigned assign_directory(Field const&, std::string& into, RawValue const&, Context&);
// Anything: a value that is no number has no more effect than one that is.
Assigned assign_whatever(Field const&, int& into, RawValue const&, Context&);
// A file mode; a text with a leading zero is octal.
Assigned assign_mode(Field const&, mode_t& into, RawValue const&, Context&);
Assigned assign_optional_mode(Field const&, std::optional<mode_t>& into, RawValue const&, Context&);
// A number, or a name of the user or group database.
Assigned assign_user(Field const&, std::optional<uid_t>& into, RawValue const&, Context&);
Assigned assign_group(Field const&, std::optional<gid_t>& into, RawValue const&, Context&);
// "USER", "USER:GROUP", ":GROUP".
Assigned assign_owner(Field const&, std::optional<FileOwner>& into, RawValue const&, Context&);
// A number between Min and Max of Gunicorn's own sentence.
Assigned assign_frame_size(Field const&, unsigned& into, RawValue const&, Context&);
// Words with other spellings (true, none, 1 ...) beside the listed ones.
Assigned assign_proxy_protocol(Field const&, ProxyProtocol& into, RawValue const&, Context&);
Assigned assign_cleartext(Field const&, Http2Cleartext& into, RawValue const&, Context&);
Assigned assign_protocols(Field const&, Texts& into, RawValue const&, Context&);
// "host:port" or "unix:PATH".
Assigned assign_statsd(Field const&, std::optional<std::string>& into, RawValue const&, Context&);
// A level of the log; an unknown one is info, as under Gunicorn, but is remarked upon (and refused in TOML).
Assigned assign_level(Field const&, logging::Level& into, RawValue const&, Context&);

// A class, where "simple" stands for the default one.
Assigned assign_logger(Field const&, ClassName& into, RawValue const&, Context&);

RawValue show(Field const&, std::optional<uid_t> const&);
RawValue show(Field const&, std::optional<FileOwner> const&);

}  // namespace config
