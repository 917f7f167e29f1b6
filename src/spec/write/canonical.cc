#include "spec/write/canonical.h"

#include <fmt/format.h>

#include <array>

namespace sennit::spec {
namespace {

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr auto kSizeUnits = std::to_array<SizeUnit>(
    {{"Ti", std::uint64_t{1} << 40}, {"Gi", std::uint64_t{1} << 30}, {"Mi", std::uint64_t{1} << 20}, {"Ki", 1024}});

struct TimeUnit {
  std::string_view name;
  std::int64_t micros;
};
constexpr auto kTimeUnits = std::to_array<TimeUnit>(
    {{"d", 86'400'000'000}, {"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}});

}  // namespace

std::string quantity_text(Bytes bytes) {
  for (const SizeUnit& unit : kSizeUnits) {
    if (bytes.count() % unit.bytes == 0 && bytes.count() > 0) {
      return fmt::format("{}{}", bytes.count() / unit.bytes, unit.name);
    }
  }
  return fmt::format("{}B", bytes.count());
}

std::string duration_text(Micros duration) {
  if (duration.count() == 0) return "0s";
  for (const TimeUnit& unit : kTimeUnits) {
    if (duration.count() % unit.micros == 0) return fmt::format("{}{}", duration.count() / unit.micros, unit.name);
  }
  return {};
}

std::string without_variables(std::string_view text) {
  std::string out;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${")) {
    out.append(text.substr(0, at)).append("$${");
    text.remove_prefix(at + 2);
  }
  return out.append(text);
}

std::vector<std::string> device_numbers(GpuSet gpus) {
  std::vector<std::string> numbers;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (gpus.contains(device)) numbers.push_back(fmt::format("{}", device));
  }
  return numbers;
}

}  // namespace sennit::spec
