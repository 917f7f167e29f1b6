// A stand-in for NVIDIA's management library: the functions that Sennit asks for, under their names and with their
// prototypes as NVML's documentation has them. The environment says how they answer, so that a whole agent can be
// steered from outside:
//
//   FAKE_NVML_UUIDS   the devices, "GPU-a,GPU-b"; "-" for a device that has no UUID
//   FAKE_NVML_FAULTS  results of functions, "nvmlInit_v2=18" or, for one device, "nvmlDeviceGetUUID/1=15"
//
// It is stricter than the original where misuse would go unnoticed: see the checks of `open_sessions`.
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int kSuccess = 0;
constexpr int kUninitialized = 1;
constexpr int kInvalidArgument = 2;
constexpr int kNotSupported = 3;
constexpr int kInsufficientSize = 7;

int open_sessions = 0;
// A device's handle points at its element.
std::array<char, 256> handles{};

std::vector<std::string> list_in(const char* variable) {
  std::vector<std::string> list;
  const char* text = std::getenv(variable);
  for (std::string rest = text != nullptr ? text : ""; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    list.push_back(rest.substr(0, comma));
    rest.erase(0, comma == std::string::npos ? comma : comma + 1);
  }
  return list;
}

int fault_of(const std::string& function) {
  for (const std::string& fault : list_in("FAKE_NVML_FAULTS")) {
    if (fault.starts_with(function + "=")) return std::atoi(fault.c_str() + function.size() + 1);
  }
  return open_sessions > 0 || function == "nvmlInit_v2" ? kSuccess : kUninitialized;
}

int fault_of(const std::string& function, std::size_t device) {
  const int fault = fault_of(function);
  return fault != kSuccess ? fault : fault_of(function + "/" + std::to_string(device));
}

}  // namespace

extern "C" {

int nvmlInit_v2() {
  const int fault = fault_of("nvmlInit_v2");
  if (fault == kSuccess) ++open_sessions;
  return fault;
}

int nvmlShutdown() {
  const int fault = fault_of("nvmlShutdown");
  if (fault == kSuccess) --open_sessions;
  return fault;
}

int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(list_in("FAKE_NVML_UUIDS").size());
  return fault_of("nvmlDeviceGetCount_v2");
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  if (index >= list_in("FAKE_NVML_UUIDS").size()) return kInvalidArgument;
  *device = &handles.at(index);
  return fault_of("nvmlDeviceGetHandleByIndex_v2", index);
}

#ifndef FAKE_NVML_OLD
int nvmlDeviceGetUUID(void* device, char* uuid, unsigned length) {
  const auto index = static_cast<std::size_t>(static_cast<char*>(device) - handles.data());
  const std::string text = list_in("FAKE_NVML_UUIDS").at(index);
  if (const int fault = fault_of("nvmlDeviceGetUUID", index); fault != kSuccess) return fault;
  if (text == "-") return kNotSupported;
  if (text.size() + 1 > length) return kInsufficientSize;
  std::memcpy(uuid, text.c_str(), text.size() + 1);
  return kSuccess;
}

const char* nvmlErrorString(int result) {
  switch (result) {
    case 9: return "Driver Not Loaded";
    case 15: return "GPU is lost";
    case 18: return "Driver/library version mismatch";
    default: return "Unknown Error";
  }
}
#endif

// Not of NVML: how many nvmlInit_v2 are without their nvmlShutdown. Lasts as long as the library is loaded.
int fake_nvml_open_sessions() { return open_sessions; }

}  // extern "C"
