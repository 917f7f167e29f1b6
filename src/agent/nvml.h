// NVIDIA's GPUs, by the driver's own library, loaded at run time: there is nothing to build against and nothing to
// install.
#pragma once

#include <string>
#include <vector>

namespace sennit::agent {

// The UUIDs of the devices in NVML's order, which is that of the PCI bus; empty without a driver. Loads the library,
// asks, and unloads it: a context that is kept would keep the driver awake.
std::vector<std::string> nvml_devices();

}  // namespace sennit::agent
