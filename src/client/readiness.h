// What a server that was started on demand tells the process that waits for it, over an inherited pipe.
//
// One line: "ready", "taken" (another server holds the state directory; connect to that one) or "error <text>". A pipe
// that closes without a line means that the server died before it could say anything.
//
// Threads: any. Errors: Results.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::client {

struct Readiness {
  enum class Kind : std::uint8_t { kReady, kTaken, kError };
  Kind kind = Kind::kReady;
  std::string error;  // kError: why, for the user
};

// The line, ended with '\n'. Line ends within the error become spaces.
std::string format_readiness(const Readiness& readiness);

// kCorrupt: not one of the three lines. `text` is everything that came until the pipe was closed.
Result<Readiness> parse_readiness(std::string_view text);

// Writes the line to `fd` and closes it. A reader that has gone away is no error: nobody waits any more.
void announce(int fd, const Readiness& readiness);

}  // namespace sennit::client
