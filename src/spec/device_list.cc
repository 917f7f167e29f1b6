#include "spec/device_list.h"

#include <fmt/format.h>

#include "spec/strict_values.h"
#include "spec/values.h"

namespace sennit::spec {

std::optional<GpuSet> read_devices(Reporter& reporter, const Node& value, std::string_view what) {
  if (!value.is_sequence()) {
    report_wrong_type(reporter, value, what, "a list of GPU numbers", "[0, 1]");
    return std::nullopt;
  }
  GpuSet devices;
  for (const Node& item : Children(value)) {
    const auto device = read_count(reporter, item, fmt::format("a GPU in {}", what), 0, GpuSet::kMaxDevices - 1);
    if (device) devices.add(static_cast<unsigned>(*device));
  }
  return devices;
}

}  // namespace sennit::spec
