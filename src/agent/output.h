// Whether what an attempt writes is read, or waits in its pipes until it is.
#pragma once

#include <cstdint>

namespace sennit::agent {

enum class Output : std::uint8_t { kFlows, kHeld };

}  // namespace sennit::agent
