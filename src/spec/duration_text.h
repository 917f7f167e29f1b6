// Durations as text, the other way round than spec/values.h (osmo-spec.md 4.10 and 12.4).
//
// Threads:   pure functions.
#pragma once

#include <string>

#include "base/instant.h"

namespace sennit::spec {

// "1d1h1m1s": days below zero count down as Python's do ("-1d23h" is -1 h). Parts of a second are left out. The reader
// of durations takes one unit only, so this is for people and for OSMO's clients.
std::string compound_duration(Micros duration);

// "59 minutes, 59 seconds", with the same parts.
std::string readable_duration(Micros duration);

// "3599s": whole seconds.
std::string duration_in_seconds(Micros duration);

}  // namespace sennit::spec
