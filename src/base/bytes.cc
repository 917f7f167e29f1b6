#include "base/bytes.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace sennit {

std::string readable(Bytes size) {
  static constexpr std::array<std::string_view, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  constexpr double kFull = 1023.95;  // would be shown as 1024.0
  const std::uint64_t count = size.count();
  if (count < 1024) return fmt::format("{} B", count);
  double value = static_cast<double>(count) / 1024;
  std::size_t unit = 0;
  while (value >= kFull && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  const bool whole = value == static_cast<double>(static_cast<std::uint64_t>(value));
  return whole ? fmt::format("{:.0f} {}", value, kUnits[unit]) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace sennit
