#include "model/resources.h"

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

}  // namespace sennit
