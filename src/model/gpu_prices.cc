#include "model/gpu_prices.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sennit {
namespace {

enum Tag : std::uint32_t { kPerHour = 1, kPlatform = 2 };
enum PlatformTag : std::uint32_t { kPlatformName = 1, kPlatformPerHour = 2 };

Result<void> read_platform(std::string_view bytes, GpuPrices& prices) {
  std::string name;
  std::uint64_t per_hour = 0;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == kPlatformName) name = field.bytes;
    if (field.tag == kPlatformPerHour) per_hour = field.number;
  }
  prices.platforms.insert_or_assign(std::move(name), per_hour);
  return reader.status();
}

}  // namespace

std::uint64_t GpuPrices::of(std::string_view platform) const {
  const auto found = platforms.find(platform);
  return found == platforms.end() ? per_hour : found->second;
}

std::uint64_t price_of(double per_gpu_hour) {
  const double cut = std::clamp(per_gpu_hour, 0.0, kMostPerGpuHour);
  return static_cast<std::uint64_t>(std::llround(cut * static_cast<double>(kMillionths)));
}

void encode(const GpuPrices& prices, FieldWriter& writer) {
  writer.put(kPerHour, prices.per_hour);
  for (const auto& [name, per_hour] : prices.platforms) {
    writer.nest(kPlatform, [&name = name, per_hour = per_hour](FieldWriter& inner) {
      inner.put(kPlatformName, name);
      inner.put(kPlatformPerHour, per_hour);
    });
  }
}

Result<GpuPrices> decode_gpu_prices(std::string_view bytes) {
  GpuPrices prices;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == kPerHour) prices.per_hour = field.number;
    if (field.tag == kPlatform) SENNIT_TRY(read_platform(field.bytes, prices));
  }
  SENNIT_TRY(reader.status());
  return prices;
}

}  // namespace sennit
