// Parts of GPUs, and the choice among devices.
#include "core/gpu_room.h"

#include <gtest/gtest.h>

#include <string>

namespace sennit::core {
namespace {

constexpr std::uint64_t kGibi = std::uint64_t{1} << 30;

HostCapacity with_gpus(std::vector<Bytes> memories) {
  HostCapacity host;
  host.gpus = GpuSet::first(static_cast<unsigned>(memories.size()));
  for (const Bytes memory : memories) host.devices.push_back({"", memory});
  return host;
}

TaskNeeds whole(std::uint32_t count) { return {.gpu_count = count}; }
TaskNeeds share(std::uint32_t thousandths) { return {.gpu_count = 1, .gpu_share = thousandths}; }
TaskNeeds memory(std::uint64_t gibi, std::uint32_t count = 1) {
  return {.gpu_count = count, .gpu_memory = gibi * kGibi};
}
TaskNeeds balanced(TaskNeeds needs) {
  needs.balanced = true;
  return needs;
}

class GpuRoomTest : public ::testing::Test {
 protected:
  void offer(std::vector<Bytes> memories) {
    host_ = with_gpus(std::move(memories));
    room_ = {.capacity = &host_, .offered = host_.gpus, .whole = host_.gpus, .used = {}, .closed = {}, .loads = {}};
  }
  // The devices given, as CUDA_VISIBLE_DEVICES has them; "none".
  std::string give(const TaskNeeds& needs) {
    const std::optional<GpuSet> chosen = choose_gpus(room_, needs);
    if (!chosen) return "none";
    take_gpus(room_, needs, *chosen);
    return to_string(*chosen);
  }

  HostCapacity host_;
  GpuRoom room_;
};

TEST(GpuUse, SharesAndMemoryAreTwoMeasuresOfOneDevice) {
  const Bytes device = gibibytes(80);
  GpuUse use;
  use.add({.share = 500});
  EXPECT_EQ(use.memory_used(device), 40 * kGibi) << "a share has its part of the memory";
  EXPECT_FALSE(use.has_room_for({.memory = 40 * kGibi + 1}, device));
  EXPECT_TRUE(use.has_room_for({.memory = 40 * kGibi}, device));
  use.add({.memory = 20 * kGibi});
  EXPECT_EQ(use.share_used(device), 750U) << "and memory its part of the device";
  EXPECT_TRUE(use.has_room_for({.share = 100, .memory = 20 * kGibi}, device));
  EXPECT_FALSE(use.has_room_for({.share = 300, .memory = 1}, device));
}

TEST(GpuUse, NeverPassesTheDeviceByRounding) {
  const Bytes device(1'000'003);
  GpuUse use;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(use.has_room_for({.memory = 333'334}, device)) << i;
    use.add({.memory = 333'334});
  }
  EXPECT_TRUE(use.has_room_for({.memory = 1}, device)) << "the last byte";
  EXPECT_FALSE(use.has_room_for({.memory = 2}, device));
  EXPECT_FALSE(use.has_room_for({.share = 1}, device));
  EXPECT_TRUE(use.is_within(Bytes(1'000'002)));
  EXPECT_FALSE(use.is_within(Bytes(1'000'001)));
}

TEST(GpuUse, AWholeDeviceHasNoRoomAndNeedsAllOfIt) {
  GpuUse use;
  use.add({.memory = 1});
  EXPECT_FALSE(use.has_room_for({.share = kWholeGpu}, gibibytes(80)));
  use.remove({.memory = 1});
  EXPECT_TRUE(use.has_room_for({.share = kWholeGpu}, gibibytes(80)));
  use.add({.share = kWholeGpu});
  EXPECT_FALSE(use.has_room_for({.share = 1}, gibibytes(80)));
  EXPECT_FALSE(use.has_room_for({.memory = 1}, gibibytes(80)));
}

TEST(GpuUse, WithoutKnownMemoryOnlySharesAreGiven) {
  EXPECT_TRUE(GpuUse().has_room_for({.share = 999}, Bytes()));
  EXPECT_FALSE(GpuUse().has_room_for({.memory = 1}, Bytes()));
}

TEST_F(GpuRoomTest, SharesFillTheFullestDeviceThatHasRoom) {
  offer({gibibytes(80), gibibytes(80), gibibytes(80)});
  EXPECT_EQ(give(share(300)), "0");
  EXPECT_EQ(give(share(800)), "1");
  EXPECT_EQ(give(share(200)), "1") << "device 0 would have room, too";
  EXPECT_EQ(give(share(400)), "0");
  EXPECT_EQ(give(whole(1)), "2") << "so that one is left whole";
  EXPECT_EQ(give(share(400)), "none");
  EXPECT_EQ(give(share(300)), "0");
}

TEST_F(GpuRoomTest, MemoryGoesWhereItIs) {
  offer({gibibytes(24), gibibytes(80), gibibytes(24)});
  EXPECT_EQ(give(memory(40)), "1");
  EXPECT_EQ(give(memory(40)), "1");
  EXPECT_EQ(give(memory(40)), "none");
  EXPECT_EQ(give(memory(20, 2)), "0,2");
  EXPECT_EQ(give(memory(4, 2)), "0,2") << "on each of two devices";
  EXPECT_EQ(give(memory(1)), "none");
}

TEST_F(GpuRoomTest, ANamedDeviceIsSharedToo) {
  offer({gibibytes(80), gibibytes(80)});
  const TaskNeeds on_one{.gpu_devices = 2, .gpu_memory = 60 * kGibi};
  EXPECT_EQ(give(on_one), "1");
  EXPECT_EQ(give(on_one), "none");
  EXPECT_EQ(give({.gpu_devices = 2}), "none");
}

TEST_F(GpuRoomTest, AGroupIsSeatedAsAWhole) {
  offer({gibibytes(80), gibibytes(80)});
  std::vector<GpuSet> chosen;
  // In file order, the small ones would take room on both devices.
  EXPECT_TRUE(choose_gpus(room_, {share(400), share(600), share(300), share(700)}, chosen));
  EXPECT_TRUE(choose_gpus(room_, {share(100), whole(1), share(900)}, chosen));
  EXPECT_EQ(chosen[1].count(), 1U);
  EXPECT_EQ(chosen[0], chosen[2]);
  EXPECT_FALSE(choose_gpus(room_, {share(100), whole(2)}, chosen));
}

TEST_F(GpuRoomTest, TheBusiestDeviceIsTheLastChoiceOfABalancedTask) {
  offer({gibibytes(80), gibibytes(80), gibibytes(80), gibibytes(80)});
  const std::vector<GpuLoad> loads = {{.device = 0, .busy = 900, .memory_used = {}},
                                      {.device = 1, .busy = 100, .memory_used = gibibytes(2)},
                                      {.device = 2, .busy = 100, .memory_used = gibibytes(1)},
                                      {.device = 3, .busy = 0, .memory_used = gibibytes(1), .processes = 1}};
  room_.loads = loads;
  EXPECT_EQ(give(whole(1)), "0") << "others take the first that is free";
  offer({gibibytes(80), gibibytes(80), gibibytes(80), gibibytes(80)});
  room_.loads = loads;
  EXPECT_EQ(give(balanced(whole(1))), "2");
  EXPECT_EQ(give(balanced(whole(1))), "1");
  EXPECT_EQ(give(balanced(whole(1))), "0");
  EXPECT_EQ(give(balanced(whole(1))), "3") << "somebody else's program is there";
}

TEST_F(GpuRoomTest, ABalancedShareKeepsAwayFromTheOthers) {
  offer({gibibytes(80), gibibytes(80)});
  EXPECT_EQ(give(balanced(share(200))), "0");
  EXPECT_EQ(give(balanced(share(300))), "1") << "what was just placed counts as busy";
  EXPECT_EQ(give(balanced(share(200))), "0");
}

TEST_F(GpuRoomTest, OnlyAChoiceIsWorthMeasuring) {
  offer({gibibytes(80), gibibytes(80)});
  EXPECT_TRUE(is_choice_of_load(room_, balanced(whole(1))));
  EXPECT_FALSE(is_choice_of_load(room_, balanced(whole(2))));
  EXPECT_FALSE(is_choice_of_load(room_, whole(1)));
}

TEST_F(GpuRoomTest, WhatIsKeptForAWholeDeviceGetsEmpty) {
  offer({gibibytes(80), gibibytes(80)});
  give(share(500));
  give(share(600));
  keep_gpus(room_, whole(1));
  EXPECT_EQ(give(share(500)), "none") << "device 0 has room, but somebody waits for it";
  EXPECT_EQ(give(share(400)), "1");
}

TEST_F(GpuRoomTest, WhatIsKeptForAShareIsTheRoomItNeeds) {
  offer({gibibytes(80), gibibytes(80)});
  keep_gpus(room_, share(500));
  EXPECT_EQ(give(share(500)), "0") << "it was kept half of it";
  EXPECT_EQ(give(share(800)), "1");
  keep_gpus(room_, share(300));
  EXPECT_EQ(give(share(200)), "none") << "device 1 is all that could be had";
}

TEST_F(GpuRoomTest, TooSmallADeviceIsNotKept) {
  offer({gibibytes(24), gibibytes(80)});
  give(memory(60));
  keep_gpus(room_, memory(70));
  EXPECT_EQ(give(memory(20)), "0");
  EXPECT_EQ(give(memory(10)), "none") << "device 1 has room, but it is kept";
}

}  // namespace
}  // namespace sennit::core
