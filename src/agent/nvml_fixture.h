// For tests: NVIDIA's library as tests/fake_nvml has it, steered by the environment.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace sennit::agent {

// The library is built beside the test programs: <build>/bin and <build>/fake_nvml.
inline std::string fake_nvml(const std::string& name = "libnvidia-ml.so.1") {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "fake_nvml" / name;
}

class NvmlFixture : public ::testing::Test {
 protected:
  NvmlFixture() : library_(::dlopen(fake_nvml().c_str(), RTLD_NOW | RTLD_LOCAL)) { forget(); }
  ~NvmlFixture() override {
    EXPECT_EQ(open_sessions(), 0) << "every nvmlInit_v2 has its nvmlShutdown";
    if (library_ != nullptr) ::dlclose(library_);
    forget();
  }

  // "GPU-a,GPU-b"; "-": a device without a UUID
  static void devices(const char* uuids) { ::setenv("FAKE_NVML_UUIDS", uuids, 1); }
  // "nvmlInit_v2=18" or "nvmlDeviceGetUUID/1=15"
  static void faults(const char* list) { ::setenv("FAKE_NVML_FAULTS", list, 1); }
  // MiB: "81920,40960"
  static void memory(const char* list) { ::setenv("FAKE_NVML_MEMORY", list, 1); }
  // A line for each device: percent, MiB, processes; perhaps a process and its MiB, and more of these.
  static void loads(const std::string& lines) {
    const std::string path = ::testing::TempDir() + "/sennit-loads-" + std::to_string(::getpid());
    std::ofstream(path) << lines;
    ::setenv("FAKE_NVML_LOADS", path.c_str(), 1);
  }

 private:
  static void forget() {
    if (const char* path = std::getenv("FAKE_NVML_LOADS")) std::remove(path);
    for (const char* name : {"FAKE_NVML_UUIDS", "FAKE_NVML_MEMORY", "FAKE_NVML_LOADS", "FAKE_NVML_FAULTS",
                             "CUDA_VISIBLE_DEVICES", "SENNIT_GPUS"}) {
      ::unsetenv(name);
    }
  }
  int open_sessions() {
    auto* const sessions =
        library_ == nullptr ? nullptr : reinterpret_cast<int (*)()>(::dlsym(library_, "fake_nvml_open_sessions"));
    return sessions == nullptr ? -1 : sessions();
  }

  void* library_;  // kept open, so that its count of sessions outlives the calls that are tested
};

}  // namespace sennit::agent
