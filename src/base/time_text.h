// Times and durations as people read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"

namespace sennit {

// "Nov 21, 2026 20:06 UTC", in the local zone; "-" if it is not set.
std::string date_time(Instant at);
// "20:06:40", in the local zone.
std::string clock_time(Instant at);
// "20:06:40.150", in the local zone.
std::string clock_time_ms(Instant at);

// Midnight of "2026-11-21" in the local zone, as RFC 3339 in UTC; nothing if it is not such a date.
std::optional<std::string> midnight_of(const std::string& date);

// "35 ms", "3.2 s", "2 m 05 s", "1 h 02 m", "3 d 04 h".
std::string duration_text(Micros duration);
std::string duration_text(double seconds);

// "2h", "1h30m", "1.5s": a time limit, as one writes it.
std::string limit_text(double seconds);

}  // namespace sennit
