// The version of this release, in one place.
#pragma once

#include <string_view>

namespace sennit {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace sennit
