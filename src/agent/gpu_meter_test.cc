#include "agent/gpu_meter.h"

#include <optional>

#include "agent/nvml_fixture.h"

namespace sennit::agent {
namespace {

class GpuMeterTest : public NvmlFixture {
 protected:
  std::vector<GpuLoad> measure(GpuMeter& meter) {
    std::optional<std::vector<GpuLoad>> answer;
    meter.measure([&](std::vector<GpuLoad> loads) {
      answer = std::move(loads);
      loop_.stop();
    });
    EXPECT_FALSE(answer.has_value()) << "not from inside";
    loop_.run();
    return answer.value();
  }

  loop::Loop loop_;
};

TEST_F(GpuMeterTest, AsksTheDriverEachTime) {
  devices("GPU-a,GPU-b");
  GpuMeter meter(loop_, GpuSet::first(2), fake_nvml());
  loads("10 0 0\n20 0 0\n");
  EXPECT_EQ(measure(meter)[1].busy, 200U);
  loads("10 0 0\n90 0 0\n");
  EXPECT_EQ(measure(meter)[1].busy, 900U);
}

TEST_F(GpuMeterTest, WhoAsksMeanwhileGetsTheSameAnswer) {
  devices("GPU-a");
  GpuMeter meter(loop_, GpuSet::first(1), fake_nvml());
  int answers = 0;
  meter.measure([&](const std::vector<GpuLoad>&) { ++answers; });
  EXPECT_EQ(measure(meter).size(), 1U);
  EXPECT_EQ(answers, 1);
}

TEST_F(GpuMeterTest, ADriverThatFailsIsAnAnswer) {
  GpuMeter meter(loop_, GpuSet::first(1), "libnvidia-ml-of-nobody.so.1");
  EXPECT_TRUE(measure(meter).empty());
}

TEST_F(GpuMeterTest, ADriverThatTakesItsTimeIsNotWaitedFor) {
  devices("GPU-a");
  GpuMeter meter(loop_, GpuSet::first(1), fake_nvml(), Micros(0));
  EXPECT_LE(measure(meter).size(), 1U) << "an answer comes in any case";
}

}  // namespace
}  // namespace sennit::agent
