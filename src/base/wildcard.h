// Patterns in which * stands for any run of characters, also of none; every other character is itself.
#pragma once

#include <string_view>

namespace sennit {

// Linear in the length of `value` for each star.
bool matches_wildcard(std::string_view pattern, std::string_view value);

}  // namespace sennit
