// What -h and -v print.
#pragma once

#include <string>
#include <string_view>

namespace cli {

std::string usage(std::string_view program);

// Every flag by section, wrapped to `width` columns.
std::string help(std::string_view program, unsigned width);

std::string healthcheck_help(std::string_view program, unsigned width);

std::string version();

}  // namespace cli
