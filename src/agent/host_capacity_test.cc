#include "agent/host_capacity.h"

#include "agent/nvml_fixture.h"

namespace sennit::agent {
namespace {

class HostCapacityTest : public NvmlFixture {
 protected:
  static MeasuredHost measure() { return measure_host(".", fake_nvml().c_str()); }
};

TEST_F(HostCapacityTest, HasProcessorsAndMemory) {
  const MeasuredHost host = measure();
  EXPECT_GE(host.capacity.cpus, 1U);
  EXPECT_GT(host.capacity.memory.count(), 0U);
  EXPECT_GT(host.capacity.storage.count(), 0U);
}

TEST_F(HostCapacityTest, OffersWhatNvmlSays) {
  devices("GPU-a,GPU-b,GPU-c");
  faults("nvmlDeviceGetUUID/1=15");
  const MeasuredHost host = measure();
  EXPECT_EQ(to_string(host.capacity.gpus), "0,2");
  EXPECT_FALSE(host.capacity.pretended_gpus);
  EXPECT_EQ(host.gpu_problem, "GPU 1: GPU is lost, NVML error 15");
}

TEST_F(HostCapacityTest, WithoutNvmlThereIsNoDeviceAndAReason) {
  const MeasuredHost host = measure_host(".", "libnvidia-ml-of-nobody.so.1");
  EXPECT_TRUE(host.capacity.gpus.empty());
  EXPECT_NE(host.gpu_problem.find("NVML cannot be loaded"), std::string::npos) << host.gpu_problem;
}

TEST_F(HostCapacityTest, HiddenDevicesAreNotOffered) {
  devices("GPU-aa,GPU-ab,GPU-b");
  ::setenv("CUDA_VISIBLE_DEVICES", "GPU-b,1", 1);
  const MeasuredHost host = measure();
  EXPECT_EQ(to_string(host.capacity.gpus), "1,2");
  EXPECT_EQ(host.gpu_problem, "the agent was started with CUDA_VISIBLE_DEVICES=GPU-b,1");
  ::setenv("CUDA_VISIBLE_DEVICES", "0,1,2", 1);
  EXPECT_EQ(measure().gpu_problem, "") << "it hides none";
}

TEST_F(HostCapacityTest, PretendedDevicesComeWithoutNvml) {
  devices("GPU-a");
  ::setenv("SENNIT_GPUS", "3", 1);
  const MeasuredHost host = measure();
  EXPECT_EQ(to_string(host.capacity.gpus), "0,1,2");
  EXPECT_TRUE(host.capacity.pretended_gpus);
  EXPECT_FALSE(host.capacity.measures_gpus);
}

TEST_F(HostCapacityTest, DevicesHaveMemoryAndCanBeMeasured) {
  devices("GPU-a,GPU-b");
  memory("81920,40960");
  const MeasuredHost host = measure();
  EXPECT_TRUE(host.capacity.measures_gpus);
  EXPECT_EQ(host.capacity.gpu_memory(0), gibibytes(80));
  EXPECT_EQ(host.capacity.gpu_memory(1), gibibytes(40));
  EXPECT_EQ(host.capacity.gpu_memory(2), Bytes());
}

TEST_F(HostCapacityTest, APretenceThatMeansNothingIsNamed) {
  ::setenv("SENNIT_GPUS", "four", 1);
  const MeasuredHost host = measure();
  EXPECT_TRUE(host.capacity.gpus.empty());
  EXPECT_NE(host.gpu_problem.find("SENNIT_GPUS=four"), std::string::npos) << host.gpu_problem;
}

TEST(PretendedGpus, AreANumberAndPerhapsTheirMemory) {
  EXPECT_EQ(pretended_gpus("3")->size(), 3U);
  EXPECT_EQ(pretended_gpus("3")->front().memory, Bytes());
  EXPECT_EQ(pretended_gpus("4x80Gi")->size(), 4U);
  for (const char* text : {"2x80Gi", "2x80G", "2x80GiB", "2x81920Mi"}) {
    ASSERT_TRUE(pretended_gpus(text).has_value()) << text;
    EXPECT_EQ(pretended_gpus(text)->back().memory, gibibytes(80)) << text;
  }
  for (const char* text : {"", "x", "4x", "4x80", "x80Gi", "65", "-1", "4x80Pi", "4x99999999Gi", "4 x 80Gi", "0.5"}) {
    EXPECT_FALSE(pretended_gpus(text).has_value()) << text;
  }
}

TEST(VisibleDevices, EndAtTheFirstEntryThatMeansNothing) {
  const std::vector<std::string> uuids{"GPU-aa", "GPU-ab", "GPU-b"};
  const auto visible = [&uuids](const char* text) { return to_string(visible_devices(text, 3, uuids)); };
  EXPECT_EQ(visible("2,0"), "0,2");
  EXPECT_EQ(visible("GPU-ab,GPU-b"), "1,2");
  EXPECT_EQ(visible("GPU-a"), "0") << "the first that begins so";
  EXPECT_EQ(visible("1,3,0"), "1");
  EXPECT_EQ(visible("1,MIG-b,0"), "1");
  EXPECT_EQ(visible(""), "");
  EXPECT_EQ(visible("-1"), "");
}

}  // namespace
}  // namespace sennit::agent
