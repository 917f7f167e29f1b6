// What an hour of a GPU costs: as it was when a workflow was submitted, so that a change of the configuration changes
// no bill.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/result.h"

namespace sennit {

// Prices are millionths of whatever currency the user counts in; 0: not known.
struct GpuPrices {
  std::uint64_t per_hour = 0;                                   // where the platform has none of its own
  std::map<std::string, std::uint64_t, std::less<>> platforms;  // of resources that name one of these

  std::uint64_t of(std::string_view platform) const;
  bool empty() const { return per_hour == 0 && platforms.empty(); }
  friend bool operator==(const GpuPrices&, const GpuPrices&) = default;
};

inline constexpr std::uint64_t kMillionths = 1'000'000;
// More an hour than anybody pays.
inline constexpr double kMostPerGpuHour = 1e9;

// A price as a file says it, not negative; what is too much is cut to kMostPerGpuHour.
std::uint64_t price_of(double per_gpu_hour);

// Inside a record of the journal or a snapshot. kCorrupt: not such bytes.
void encode(const GpuPrices& prices, FieldWriter& writer);
Result<GpuPrices> decode_gpu_prices(std::string_view bytes);

}  // namespace sennit
