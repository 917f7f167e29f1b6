// NVIDIA's GPUs, by the driver's own library, loaded at run time: there is nothing to build against and nothing to
// install.
//
// Threads: any. Blocks for as long as the driver takes to answer.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/resources.h"

namespace sennit::agent {

inline constexpr const char* kNvmlLibrary = "libnvidia-ml.so.1";

// By NVML's index, which is that of the PCI bus: CUDA's with CUDA_DEVICE_ORDER=PCI_BUS_ID.
struct NvmlDevices {
  std::vector<std::string> uuids;  // of every device that NVML counts; "": it told none
  std::vector<GpuDevice> devices;  // names and memory, as far as they are told
  GpuSet usable;                   // NVML also counts devices that it may not talk to or has lost: without these
  std::string problem;             // what it says of those: "GPU 2: GPU is lost, NVML error 15"; "": there are none
};

// Loads the library, asks, and unloads it: a context that is kept would keep the driver awake.
// Fails: kNotFound (the library cannot be loaded: most hosts without a GPU have none), kUnavailable (it is there and
// does not work; the message has NVML's own words).
Result<NvmlDevices> nvml_devices(const char* library = kNvmlLibrary);

// How busy the devices of `gpus` are. Those that do not answer are left out; one of which the driver cannot tell the
// utilisation (a part of a device, an old one) has that as 0. Loads and unloads as above. Fails: likewise.
Result<std::vector<GpuLoad>> nvml_loads(GpuSet gpus, const char* library = kNvmlLibrary);

// One device with the memory that each process has on it, as far as the driver tells.
struct GpuReading {
  GpuLoad load;
  std::vector<std::pair<int, Bytes>> processes;  // by their numbers on this host
};

// As nvml_loads, with the processes.
Result<std::vector<GpuReading>> nvml_readings(GpuSet gpus, const char* library = kNvmlLibrary);

}  // namespace sennit::agent
