// The first frame each way: which versions of the protocol the sender speaks. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::wire {

// The protocol versions that a release speaks, both included.
struct ProtocolRange {
  std::uint32_t min = 1;
  std::uint32_t max = 1;
};

std::string format_hello(ProtocolRange range);

// Fails: kCorrupt (not a hello, or an empty range).
Result<ProtocolRange> parse_hello(std::string_view payload);

// The highest version that both speak. Fails: kConflict, naming both ranges.
Result<std::uint32_t> common_version(ProtocolRange ours, ProtocolRange theirs);

}  // namespace sennit::wire
