// A point in time as people name it on a command line.
//
// Threads: pure functions, in the local time zone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace sennit::cli {

// RFC 3339 ("2026-11-28T10:00:00Z", also with "+02:00"); local "2026-11-28 10:00[:30]" and "2026-11-28"; "10:00[:30]"
// of the day of `now`; or so long before `now`: "90s", "10m", "2h30m", "1d".
std::optional<Instant> moment_of(std::string_view text, Instant now);

// Said where a time was expected.
inline constexpr std::string_view kMomentForms =
    "a time such as 2026-11-28T10:00:00Z, '2026-11-28 10:00' or 10:00, or how long ago, such as 10m or 2h30m, was "
    "expected";

}  // namespace sennit::cli
