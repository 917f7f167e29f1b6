// JSON text laid out for people: the same tokens, indented.
#pragma once

#include <string>
#include <string_view>

namespace sennit::cli {

// Two spaces a level, ended with '\n'. `json` must be JSON; what it says is not looked at.
std::string indented(std::string_view json);

}  // namespace sennit::cli
