// Dates and times of YAML 1.1 as Python prints them.
//
// Threads:   pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sennit::spec {

// "2024-01-02", or "2024-01-02 03:04:05.600000+01:00" with the fraction and the zone only where they are. `text` is
// what resolve_plain called kTimestamp.
std::string timestamp_text(std::string_view text);

}  // namespace sennit::spec
