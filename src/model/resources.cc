#include "model/resources.h"

#include <charconv>

namespace sennit {

std::string to_string(GpuSet gpus) {
  std::string text;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!gpus.contains(device)) continue;
    if (!text.empty()) text += ',';
    text += std::to_string(device);
  }
  return text;
}

std::string share_text(std::uint32_t thousandths) {
  std::string text = std::to_string(thousandths / kWholeGpu);
  std::string digits = std::to_string(thousandths % kWholeGpu + kWholeGpu).substr(1);
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  return digits.empty() ? text : text + "." + digits;
}

std::optional<GpuSet> parse_gpus(std::string_view text) {
  GpuSet devices;
  if (text.empty() || text == "-1") return devices;
  while (true) {
    std::string_view part = text.substr(0, text.find(','));
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    unsigned device = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), device);
    if (error != std::errc() || end != part.data() + part.size() || device >= GpuSet::kMaxDevices) return std::nullopt;
    devices.add(device);
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) return devices;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace sennit
