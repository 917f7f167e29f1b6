// Asking before something that cannot be undone.
#pragma once

#include <cstdint>
#include <string_view>

#include "cli/session.h"

namespace sennit::cli {

enum class Consent : std::uint8_t {
  kGiven,
  kRefused,
  kNobodyToAsk,  // no terminal: whoever wrote the script says it with an option
};

// Whether somebody sits at a terminal who could be asked.
bool can_ask(Session& session);

// Asks on the terminal, "<question> [y/N] ". Anything but a yes is a no.
Consent ask(Session& session, std::string_view question);

}  // namespace sennit::cli
