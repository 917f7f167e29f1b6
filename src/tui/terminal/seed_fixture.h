// The seed of a random test: printed, and taken back from SENNIT_SEED.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace sennit::tui {

inline std::uint32_t test_seed() {
  const char* given = std::getenv("SENNIT_SEED");
  const auto seed = given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10)) : 1U;
  std::printf("SENNIT_SEED=%u\n", seed);
  return seed;
}

}  // namespace sennit::tui
