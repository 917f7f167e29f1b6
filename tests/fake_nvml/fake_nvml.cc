// A stand-in for NVIDIA's management library: the functions that Sennit asks for, under their names and with their
// prototypes as NVML's documentation has them. The environment says how they answer, so that a whole agent can be
// steered from outside:
//
//   FAKE_NVML_UUIDS   the devices, "GPU-a,GPU-b"; "-" for a device that has no UUID
//   FAKE_NVML_MEMORY  their memory in MiB, "81920,40960"; for those without: it cannot be told
//   FAKE_NVML_LOADS   a file with a line for each device, read anew by each question: percent in use, MiB in use,
//                     processes; "20 1024 1". Behind these may stand a process and its MiB, and further ones:
//                     "20 1024 1 4711 512"
//   FAKE_NVML_FAULTS  results of functions, "nvmlInit_v2=18" or, for one device, "nvmlDeviceGetUUID/1=15"
//
// It is stricter than the original where misuse would go unnoticed: see the checks of `open_sessions`.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
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

#ifndef FAKE_NVML_OLD
std::size_t index_of(void* device) { return static_cast<std::size_t>(static_cast<char*>(device) - handles.data()); }

// The numbers of its line.
std::vector<unsigned long long> numbers_of(std::size_t device) {
  const char* path = std::getenv("FAKE_NVML_LOADS");
  std::ifstream file(path != nullptr ? path : "");
  std::string line;
  for (std::size_t i = 0; i <= device; ++i) {
    if (!std::getline(file, line)) return {};
  }
  std::istringstream words(line);
  std::vector<unsigned long long> numbers;
  for (unsigned long long number = 0; words >> number;) numbers.push_back(number);
  return numbers;
}

// Percent, MiB, processes.
std::array<unsigned long long, 3> load_of(std::size_t device) {
  std::array<unsigned long long, 3> load{};
  const std::vector<unsigned long long> numbers = numbers_of(device);
  for (std::size_t i = 0; i < std::min(load.size(), numbers.size()); ++i) load[i] = numbers[i];
  return load;
}

std::vector<unsigned long long> processes_of(std::size_t device) {
  std::vector<unsigned long long> numbers = numbers_of(device);
  numbers.erase(numbers.begin(),
                numbers.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, numbers.size())));
  return numbers;
}
#endif

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
  const std::size_t index = index_of(device);
  const std::string text = list_in("FAKE_NVML_UUIDS").at(index);
  if (const int fault = fault_of("nvmlDeviceGetUUID", index); fault != kSuccess) return fault;
  if (text == "-") return kNotSupported;
  if (text.size() + 1 > length) return kInsufficientSize;
  std::memcpy(uuid, text.c_str(), text.size() + 1);
  return kSuccess;
}

int nvmlDeviceGetName(void* device, char* name, unsigned length) {
  const std::size_t index = index_of(device);
  if (const int fault = fault_of("nvmlDeviceGetName", index); fault != kSuccess) return fault;
  std::snprintf(name, length, "NVIDIA Fake");
  return kSuccess;
}

struct FakeMemory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

int nvmlDeviceGetMemoryInfo(void* device, FakeMemory* memory) {
  const std::size_t index = index_of(device);
  if (const int fault = fault_of("nvmlDeviceGetMemoryInfo", index); fault != kSuccess) return fault;
  const std::vector<std::string> list = list_in("FAKE_NVML_MEMORY");
  if (index >= list.size()) return kNotSupported;
  memory->total = std::stoull(list[index]) << 20;
  memory->used = load_of(index).at(1) << 20;
  memory->free = memory->total - memory->used;
  return kSuccess;
}

struct FakeUtilization {
  unsigned gpu;
  unsigned memory;
};

int nvmlDeviceGetUtilizationRates(void* device, FakeUtilization* utilization) {
  const std::size_t index = index_of(device);
  if (const int fault = fault_of("nvmlDeviceGetUtilizationRates", index); fault != kSuccess) return fault;
  *utilization = {static_cast<unsigned>(load_of(index).at(0)), 0};
  return kSuccess;
}

struct FakeProcess {
  unsigned pid;
  unsigned long long memory;
  unsigned gpu_instance;
  unsigned compute_instance;
};

int nvmlDeviceGetComputeRunningProcesses_v3(void* device, unsigned* count, FakeProcess* list) {
  const std::size_t index = index_of(device);
  if (const int fault = fault_of("nvmlDeviceGetComputeRunningProcesses", index); fault != kSuccess) return fault;
  const auto there = static_cast<unsigned>(load_of(index).at(2));
  if (*count < there) {
    *count = there;
    return kInsufficientSize;
  }
  *count = there;
  const std::vector<unsigned long long> named = processes_of(index);
  for (unsigned i = 0; list != nullptr && i < there; ++i) {
    list[i] = 2 * i + 1 < named.size() ? FakeProcess{static_cast<unsigned>(named[2 * i]), named[2 * i + 1] << 20, 0, 0}
                                       : FakeProcess{i + 1, ~0ULL, 0, 0};
  }
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
