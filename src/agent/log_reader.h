// Who reads the log of an attempt while it is written. kHolds: the reader is behind, and what the attempt writes waits
// in its pipes meanwhile.
#pragma once

#include <cstdint>

namespace sennit::agent {

enum class LogReader : std::uint8_t { kNone, kFollows, kHolds };

}  // namespace sennit::agent
