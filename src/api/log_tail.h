// The lines of an attempt's log that say most, for an explanation: few, short, and harmless to show.
//
// Threads: any; reads one file. Errors: a log that is not there or cannot be read has no lines.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "logs/run_layout.h"

namespace sennit::api {

inline constexpr std::size_t kTailLines = 10;
inline constexpr std::size_t kTailBytes = 2048;

// At most kTailLines, of the last kTailBytes; lines without anything are left out, control characters made visible.
// What a line lost at its beginning is marked.
std::vector<std::string> last_lines(const logs::RunLayout& layout);

// The last lines that look like errors, as far as they lie within the last 256 KiB; else the last ones. At most `most`.
struct TellingLines {
  std::vector<std::string> lines;
  bool are_errors = false;
};
TellingLines telling_lines(const logs::RunLayout& layout, std::size_t most);

}  // namespace sennit::api
