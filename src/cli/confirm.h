// Asks a person before something that cannot be taken back.
//
// Threads: the main thread. Errors: none; who cannot be asked is not asked.
#pragma once

#include <cstdint>
#include <string_view>

#include "cli/session.h"

namespace sennit::cli {

// Whether somebody sits at a terminal who could be asked.
bool can_ask(Session& session);

// Asks on the terminal; anything but y and yes is a no.
enum class Answer : std::uint8_t { kYes, kNo };
Answer ask(Session& session, std::string_view question);

}  // namespace sennit::cli
