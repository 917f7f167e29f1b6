#include "agent/nvml.h"

#include <cstdio>
#include <fstream>

#include "agent/nvml_fixture.h"

namespace sennit::agent {
namespace {

using ::testing::TempDir;

class Nvml : public NvmlFixture {
 protected:
  static Result<NvmlDevices> ask() { return nvml_devices(fake_nvml().c_str()); }
  static std::string refusal() {
    const Result<NvmlDevices> devices = ask();
    return devices ? "none" : std::string(to_string(devices.error().code())) + ": " + devices.error().message();
  }
};

TEST_F(Nvml, NoLibraryIsNotFound) {
  const Result<NvmlDevices> devices = nvml_devices("libnvidia-ml-of-nobody.so.1");
  ASSERT_FALSE(devices.ok());
  EXPECT_EQ(devices.error().code(), ErrorCode::kNotFound);
  EXPECT_NE(devices.error().message().find("NVML cannot be loaded: libnvidia-ml-of-nobody.so.1"), std::string::npos);
}

TEST_F(Nvml, AnEmptyLibraryIsNotFoundAndSaysSo) {  // as images for containers have it, to be mounted over
  const std::string path = TempDir() + "/sennit-empty-nvml.so.1";
  std::ofstream(path).close();
  const Result<NvmlDevices> devices = nvml_devices(path.c_str());
  std::remove(path.c_str());
  ASSERT_FALSE(devices.ok());
  EXPECT_NE(devices.error().message().find("file too short"), std::string::npos) << devices.error().message();
}

TEST_F(Nvml, AnOldLibraryIsNamedWithWhatItLacks) {
  const Result<NvmlDevices> devices = nvml_devices(fake_nvml("old/libnvidia-ml.so.1").c_str());
  ASSERT_FALSE(devices.ok());
  EXPECT_EQ(devices.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(devices.error().message().find("has no nvmlDeviceGetUUID: the NVIDIA driver is too old"), std::string::npos)
      << devices.error().message();
}

TEST_F(Nvml, FailuresOfTheWholeAreToldInItsWords) {
  devices("GPU-a");
  faults("nvmlInit_v2=18");
  EXPECT_EQ(refusal(),
            "unavailable: NVML cannot start: Driver/library version mismatch, NVML error 18 (the driver was upgraded: "
            "restart the machine)");
  faults("nvmlInit_v2=9");
  EXPECT_EQ(refusal(), "unavailable: NVML cannot start: Driver Not Loaded, NVML error 9");
  faults("nvmlDeviceGetCount_v2=999");
  EXPECT_EQ(refusal(), "unavailable: NVML cannot count the GPUs: Unknown Error, NVML error 999");
}

TEST_F(Nvml, CountsDevicesAndReadsTheirUuids) {
  const std::string longest(95, 'x');  // with its NUL as long as NVML's documentation allows
  for (const std::vector<std::string>& uuids :
       {std::vector<std::string>{}, {"GPU-a"}, {"GPU-a", longest, "GPU-c", "GPU-d"}}) {
    std::string list;
    for (const std::string& uuid : uuids) list += (list.empty() ? "" : ",") + uuid;
    devices(list.c_str());
    const Result<NvmlDevices> found = ask();
    ASSERT_TRUE(found.ok()) << found.error().message();
    EXPECT_EQ(found->uuids, uuids);
    EXPECT_EQ(found->usable, GpuSet::first(static_cast<unsigned>(uuids.size())));
    EXPECT_EQ(found->problem, "");
  }
}

TEST_F(Nvml, ADeviceThatDoesNotAnswerIsLeftOutAndTheOthersKeepTheirNumbers) {
  devices("GPU-a,GPU-b,GPU-c,GPU-d");
  faults("nvmlDeviceGetHandleByIndex_v2/1=4,nvmlDeviceGetUUID/2=15");
  const NvmlDevices found = ask().value();
  EXPECT_EQ(found.uuids, (std::vector<std::string>{"GPU-a", "", "", "GPU-d"}));
  EXPECT_EQ(found.usable, GpuSet::from_bits(0b1001));
  EXPECT_EQ(found.problem, "GPU 1: Unknown Error, NVML error 4; GPU 2: GPU is lost, NVML error 15");
}

TEST_F(Nvml, ADeviceWithoutAUuidIsADevice) {
  devices("GPU-a,-");
  const NvmlDevices found = ask().value();
  EXPECT_EQ(found.usable, GpuSet::first(2));
  EXPECT_EQ(found.uuids[1], "");
}

TEST_F(Nvml, MoreDevicesThanASetHoldsAreCut) {
  std::string list = "GPU-0";
  for (int i = 1; i < 80; ++i) list += ",GPU-" + std::to_string(i);
  devices(list.c_str());
  EXPECT_EQ(ask().value().uuids.size(), GpuSet::kMaxDevices);
}

TEST_F(Nvml, TellsNamesAndMemory) {
  devices("GPU-a,GPU-b");
  memory("81920");
  const NvmlDevices found = ask().value();
  EXPECT_EQ(found.devices[0], (GpuDevice{"NVIDIA Fake", gibibytes(80)}));
  EXPECT_EQ(found.devices[1], (GpuDevice{"NVIDIA Fake", Bytes()})) << "it cannot be told";
}

TEST_F(Nvml, MeasuresWhatIsAskedFor) {
  devices("GPU-a,GPU-b,GPU-c,GPU-d");
  memory("81920,81920,81920,81920");
  loads("20 1024 1\n100 70000 3\n0 0 0\n50 1 1\n");
  faults("nvmlDeviceGetMemoryInfo/3=15,nvmlDeviceGetUtilizationRates/1=3");
  const std::vector<GpuLoad> measured = nvml_loads(GpuSet::from_bits(0b1011), fake_nvml().c_str()).value();
  ASSERT_EQ(measured.size(), 2U) << "GPU 2 was not asked for, and GPU 3 is lost";
  EXPECT_EQ(measured[0], (GpuLoad{.device = 0, .busy = 200, .memory_used = gibibytes(1), .processes = 1}));
  EXPECT_EQ(measured[1], (GpuLoad{.device = 1, .busy = 0, .memory_used = mebibytes(70000), .processes = 3}));
}

TEST_F(Nvml, ReadingsHaveTheProcessesAndTheirMemory) {
  devices("GPU-a,GPU-b");
  memory("81920,81920");
  loads("20 1024 2 4711 512 4712 100\n0 70000 1\n");
  const std::vector<GpuReading> readings = nvml_readings(GpuSet::first(2), fake_nvml().c_str()).value();
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_EQ(readings[0].load.busy, 200U);
  EXPECT_EQ(readings[0].processes,
            (std::vector<std::pair<int, Bytes>>{{4711, mebibytes(512)}, {4712, mebibytes(100)}}));
  EXPECT_EQ(readings[1].processes, (std::vector<std::pair<int, Bytes>>{{1, Bytes()}})) << "the driver does not tell";
}

TEST_F(Nvml, ADriverThatDoesNotStartMeasuresNothing) {
  devices("GPU-a");
  faults("nvmlInit_v2=9");
  EXPECT_FALSE(nvml_loads(GpuSet::first(1), fake_nvml().c_str()).ok());
}

// Without the fixture, which has the stand-in loaded: it goes by the same name.
TEST(NvmlOfTheMachine, AnswersLikeTheStandIn) {
  const Result<NvmlDevices> found = nvml_devices();
  if (!found || found->usable.empty()) GTEST_SKIP() << "no GPU here: " << (found ? "" : found.error().message());
  EXPECT_EQ(found->problem, "");
  for (unsigned device = 0; device < found->devices.size(); ++device) {
    EXPECT_NE(found->devices[device].name, "") << device;
    EXPECT_GT(found->devices[device].memory, gibibytes(1)) << device;
  }
  const std::vector<GpuLoad> loads = nvml_loads(found->usable).value();
  ASSERT_EQ(loads.size(), found->usable.count());
  for (const GpuLoad& load : loads) {
    EXPECT_LE(load.busy, kWholeGpu);
    EXPECT_LE(load.memory_used, found->devices[load.device].memory);
    std::printf("GPU %u: %s, %u thousandths busy, %zu MiB in use, %u processes\n", load.device,
                found->devices[load.device].name.c_str(), load.busy,
                static_cast<std::size_t>(load.memory_used.count() >> 20), load.processes);
  }
}

}  // namespace
}  // namespace sennit::agent
