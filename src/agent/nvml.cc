#include "agent/nvml.h"

#include <dlfcn.h>

#include <array>
#include <memory>

namespace sennit::agent {
namespace {

// The few declarations of nvml.h that are needed; its ABI is stable within these versioned names.
using NvmlDevice = void*;
constexpr int kSuccess = 0;
constexpr unsigned kUuidBytes = 96;

struct CloseLibrary {
  void operator()(void* library) const { ::dlclose(library); }
};
using Library = std::unique_ptr<void, CloseLibrary>;

template <class Function>
Function* symbol(const Library& library, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(library.get(), name));
}

}  // namespace

std::vector<std::string> nvml_devices() {
  std::vector<std::string> uuids;
  const Library library(::dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL));
  if (!library) return uuids;
  auto* const init = symbol<int()>(library, "nvmlInit_v2");
  auto* const shutdown = symbol<int()>(library, "nvmlShutdown");
  auto* const count_of = symbol<int(unsigned*)>(library, "nvmlDeviceGetCount_v2");
  auto* const device_at = symbol<int(unsigned, NvmlDevice*)>(library, "nvmlDeviceGetHandleByIndex_v2");
  auto* const uuid_of = symbol<int(NvmlDevice, char*, unsigned)>(library, "nvmlDeviceGetUUID");
  if (!init || !shutdown || !count_of || !device_at || !uuid_of || init() != kSuccess) return uuids;
  unsigned count = 0;
  if (count_of(&count) != kSuccess) count = 0;
  for (unsigned i = 0; i < count; ++i) {
    NvmlDevice device = nullptr;
    std::array<char, kUuidBytes> uuid{};
    const bool known = device_at(i, &device) == kSuccess && uuid_of(device, uuid.data(), kUuidBytes - 1) == kSuccess;
    uuids.emplace_back(known ? uuid.data() : "");
  }
  shutdown();
  return uuids;
}

}  // namespace sennit::agent
