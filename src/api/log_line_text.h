// One line of a log as it is shown. Threads: pure functions.
#pragma once

#include <string>

#include "api/log_source.h"

namespace sennit::api {

// Appends it, with its newline and what stands in front of it. What is drawn again and again is shown as it stood last,
// and made harmless. As OSMO, long lines become several, and empty ones of our own none.
void append_line(std::string& out, const LineFormat& format, const logs::LogLine& line);

}  // namespace sennit::api
