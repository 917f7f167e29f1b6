#include "agent/nvml.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace sennit::agent {
namespace {

// The few declarations of nvml.h that are needed; its ABI is stable within these versioned names. A device is a
// pointer, in later releases within a struct, which is passed alike.
using NvmlDevice = void*;
constexpr int kSuccess = 0;
constexpr int kNotSupported = 3;
constexpr int kInsufficientSize = 7;
constexpr int kVersionMismatch = 18;  // NVML_ERROR_LIB_RM_VERSION_MISMATCH
constexpr unsigned kUuidBytes = 96;   // NVML_DEVICE_UUID_V2_BUFFER_SIZE, with the NUL

constexpr unsigned kNameBytes = 96;  // NVML_DEVICE_NAME_V2_BUFFER_SIZE

struct NvmlMemory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

struct NvmlUtilization {
  unsigned gpu;  // percent of the last moments in which something computed
  unsigned memory;
};

struct CloseLibrary {
  void operator()(void* library) const { ::dlclose(library); }
};

struct NvmlProcess {
  unsigned pid;
  unsigned long long memory;  // all bits set: not told
  unsigned gpu_instance;
  unsigned compute_instance;
};
struct NvmlShortProcess {
  unsigned pid;
  unsigned long long memory;
};
constexpr unsigned kMostProcesses = 1024;

class Nvml {
 public:
  static Result<Nvml> load(const char* name) {
    Nvml nvml;
    nvml.library_.reset(::dlopen(name, RTLD_NOW | RTLD_LOCAL));
    if (!nvml.library_) return Error(ErrorCode::kNotFound, fmt::format("NVML cannot be loaded: {}", ::dlerror()));
    std::string_view missing;
    nvml.find("nvmlInit_v2", nvml.init, missing);
    nvml.find("nvmlShutdown", nvml.shutdown, missing);
    nvml.find("nvmlDeviceGetCount_v2", nvml.count_devices, missing);
    nvml.find("nvmlDeviceGetHandleByIndex_v2", nvml.device_at, missing);
    nvml.find("nvmlDeviceGetUUID", nvml.uuid_of, missing);
    nvml.find("nvmlErrorString", nvml.error_string, missing);
    nvml.find("nvmlDeviceGetName", nvml.name_of);
    nvml.find("nvmlDeviceGetMemoryInfo", nvml.memory_of);
    nvml.find("nvmlDeviceGetUtilizationRates", nvml.utilization_of);
    for (const char* version : {"_v3", "_v2", ""}) {
      if (nvml.processes_of != nullptr) break;
      nvml.has_short_processes = *version == '\0';
      nvml.find((std::string("nvmlDeviceGetComputeRunningProcesses") + version).c_str(), nvml.processes_of);
    }
    if (missing.empty()) return nvml;
    return Error(ErrorCode::kUnavailable, fmt::format("{} has no {}: the NVIDIA driver is too old", name, missing));
  }

  // "GPU is lost, NVML error 15"
  std::string describe(int result) const {
    const char* text = error_string(result);
    return fmt::format("{}, NVML error {}{}", text != nullptr ? text : "", result,
                       result == kVersionMismatch ? " (the driver was upgraded: restart the machine)" : "");
  }
  Error failed(std::string_view what, int result) const {
    return {ErrorCode::kUnavailable, fmt::format("NVML cannot {}: {}", what, describe(result))};
  }

  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  int (*count_devices)(unsigned* count) = nullptr;
  int (*device_at)(unsigned index, NvmlDevice* device) = nullptr;
  int (*uuid_of)(NvmlDevice device, char* uuid, unsigned length) = nullptr;
  const char* (*error_string)(int result) = nullptr;
  // Asked for what is good to know; a driver may lack them.
  int (*name_of)(NvmlDevice device, char* name, unsigned length) = nullptr;
  int (*memory_of)(NvmlDevice device, NvmlMemory* memory) = nullptr;
  int (*utilization_of)(NvmlDevice device, NvmlUtilization* utilization) = nullptr;
  int (*processes_of)(NvmlDevice device, unsigned* count, void* list) = nullptr;
  bool has_short_processes = false;  // of the oldest version, without the last two fields

 private:
  template <class Function>
  void find(const char* name, Function*& function, std::string_view& missing) {
    function = reinterpret_cast<Function*>(::dlsym(library_.get(), name));
    if (function == nullptr && missing.empty()) missing = name;
  }
  template <class Function>
  void find(const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(::dlsym(library_.get(), name));
  }

  std::unique_ptr<void, CloseLibrary> library_;
};

GpuDevice describe(const Nvml& nvml, NvmlDevice handle) {
  GpuDevice device;
  std::array<char, kNameBytes> name{};
  if (nvml.name_of != nullptr && nvml.name_of(handle, name.data(), kNameBytes - 1) == kSuccess)
    device.name = name.data();
  NvmlMemory memory{};
  if (nvml.memory_of != nullptr && nvml.memory_of(handle, &memory) == kSuccess) device.memory = Bytes(memory.total);
  return device;
}

// Whether the device answers at all.
bool measure(const Nvml& nvml, NvmlDevice handle, GpuLoad& load) {
  NvmlMemory memory{};
  if (nvml.memory_of != nullptr) {
    const int result = nvml.memory_of(handle, &memory);
    if (result != kSuccess && result != kNotSupported) return false;
    load.memory_used = Bytes(memory.used);
  }
  NvmlUtilization utilization{};
  if (nvml.utilization_of != nullptr && nvml.utilization_of(handle, &utilization) == kSuccess) {
    load.busy = std::min(utilization.gpu, 100U) * (kWholeGpu / 100);
  }
  // Without room for a list it only counts, and calls it an error unless there are none.
  unsigned processes = 0;
  if (nvml.processes_of != nullptr) {
    const int result = nvml.processes_of(handle, &processes, nullptr);
    if (result == kSuccess || result == kInsufficientSize) load.processes = processes;
  }
  return true;
}

Result<NvmlDevices> ask(const Nvml& nvml) {
  unsigned count = 0;
  if (const int result = nvml.count_devices(&count); result != kSuccess) return nvml.failed("count the GPUs", result);
  NvmlDevices devices;
  devices.uuids.resize(std::min(count, GpuSet::kMaxDevices));
  devices.devices.resize(devices.uuids.size());
  for (unsigned i = 0; i < devices.uuids.size(); ++i) {
    NvmlDevice device = nullptr;
    std::array<char, kUuidBytes> uuid{};
    int result = nvml.device_at(i, &device);
    if (result == kSuccess) {
      result = nvml.uuid_of(device, uuid.data(), kUuidBytes);
      if (result == kNotSupported) result = kSuccess;
    }
    if (result == kSuccess) {
      devices.uuids[i] = uuid.data();
      devices.devices[i] = describe(nvml, device);
      devices.usable.add(i);
    } else {
      devices.problem += fmt::format("{}GPU {}: {}", devices.problem.empty() ? "" : "; ", i, nvml.describe(result));
    }
  }
  return devices;
}

template <class Process>
void add_processes(const Nvml& nvml, NvmlDevice handle, std::vector<std::pair<int, Bytes>>& processes) {
  std::vector<Process> list(kMostProcesses);
  unsigned count = kMostProcesses;
  if (nvml.processes_of(handle, &count, list.data()) != kSuccess) return;
  for (unsigned i = 0; i < std::min(count, kMostProcesses); ++i) {
    const bool is_told = list[i].memory != ~0ULL;
    processes.emplace_back(static_cast<int>(list[i].pid), Bytes(is_told ? list[i].memory : 0));
  }
}

std::vector<GpuReading> read(const Nvml& nvml, GpuSet gpus) {
  std::vector<GpuReading> readings;
  for (unsigned i = 0; i < GpuSet::kMaxDevices; ++i) {
    if (!gpus.contains(i)) continue;
    NvmlDevice device = nullptr;
    GpuReading reading;
    reading.load.device = i;
    if (nvml.device_at(i, &device) != kSuccess || !measure(nvml, device, reading.load)) continue;
    if (nvml.processes_of != nullptr && nvml.has_short_processes) {
      add_processes<NvmlShortProcess>(nvml, device, reading.processes);
    } else if (nvml.processes_of != nullptr) {
      add_processes<NvmlProcess>(nvml, device, reading.processes);
    }
    readings.push_back(std::move(reading));
  }
  return readings;
}

std::vector<GpuLoad> measure(const Nvml& nvml, GpuSet gpus) {
  std::vector<GpuLoad> loads;
  for (unsigned i = 0; i < GpuSet::kMaxDevices; ++i) {
    if (!gpus.contains(i)) continue;
    NvmlDevice device = nullptr;
    GpuLoad load;
    load.device = i;
    if (nvml.device_at(i, &device) == kSuccess && measure(nvml, device, load)) loads.push_back(load);
  }
  return loads;
}

}  // namespace

Result<std::vector<GpuLoad>> nvml_loads(GpuSet gpus, const char* library) {
  SENNIT_ASSIGN(const Nvml nvml, Nvml::load(library));
  if (const int result = nvml.init(); result != kSuccess) return nvml.failed("start", result);
  std::vector<GpuLoad> loads = measure(nvml, gpus);
  nvml.shutdown();
  return loads;
}

Result<std::vector<GpuReading>> nvml_readings(GpuSet gpus, const char* library) {
  SENNIT_ASSIGN(const Nvml nvml, Nvml::load(library));
  if (const int result = nvml.init(); result != kSuccess) return nvml.failed("start", result);
  std::vector<GpuReading> readings = read(nvml, gpus);
  nvml.shutdown();
  return readings;
}

Result<NvmlDevices> nvml_devices(const char* library) {
  SENNIT_ASSIGN(const Nvml nvml, Nvml::load(library));
  if (const int result = nvml.init(); result != kSuccess) return nvml.failed("start", result);
  Result<NvmlDevices> devices = ask(nvml);
  nvml.shutdown();
  return devices;
}

}  // namespace sennit::agent
