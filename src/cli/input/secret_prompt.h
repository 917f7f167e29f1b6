// Asks for a value that must not be seen.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/session.h"

namespace sennit::cli {

enum class Echo { kOn, kOff };

// A line typed at the terminal, without its end. With kOff nothing of it is shown while it is typed or pasted.
// Fails: kInvalid (nobody sits at a terminal), kCancelled (Ctrl-C, Ctrl-D).
Result<std::string> ask_for_value(Session& session, std::string_view question, Echo echo);

}  // namespace sennit::cli
