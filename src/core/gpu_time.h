// Time that attempts held GPUs, by what an hour of it costs.
//
// Whole numbers all the way: the sum is the same in whatever order attempts end, live and in replay.
#pragma once

#include <cstdint>
#include <map>

namespace sennit::core {

// Price of an hour in millionths (GpuPrices) -> microseconds of one GPU. Nearly always one entry.
using GpuTime = std::map<std::uint64_t, std::uint64_t>;

}  // namespace sennit::core
