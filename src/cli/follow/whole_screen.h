// The view on the whole screen, as commands open it. What it shows is its own business (room tui).
//
// Threads: the main thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/session.h"

namespace sennit::cli {

// There is a terminal on both sides that can show it, and nothing else was asked for (-q, -o json).
bool can_show_view(Session& session);

// Until the user leaves it. Fails: kInvalid (no terminal).
Result<void> open_view(const Session& session, const std::string& workflow);

// The same, for a workflow that is followed: how it stood when the user left. It counts as over as well if it cannot be
// shown or asked for: whoever follows it line by line says why.
enum class Left : std::uint8_t { kOver, kUnfinished };
Left show_view(Session& session, const std::string& workflow);

}  // namespace sennit::cli
