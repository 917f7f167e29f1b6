// Parts of GPUs, and the choice among devices.
#include "core/gpu_room.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

using Free = std::vector<std::uint32_t>;

// A room with so much left of each device.
class Parts {
 public:
  explicit Parts(const Free& free) : host_(with_gpus(std::vector<Bytes>(free.size()))) {
    room = {.capacity = &host_, .offered = host_.gpus, .whole = host_.gpus, .used = {}, .closed = {}, .loads = {}};
    for (unsigned device = 0; device < free.size(); ++device) {
      if (free[device] < kWholeGpu) take_gpus(room, share(kWholeGpu - free[device]), GpuSet::from_bits(1U << device));
    }
  }
  bool have_room_for(const Shape& shape) const {
    std::vector<GpuSet> chosen;
    if (!choose_gpus(room, shape, chosen)) return false;
    GpuRoom rest = room;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      EXPECT_EQ(chosen[i].count(), shape[i].gpu_count);
      EXPECT_TRUE(chosen[i].common(rest.offered) == chosen[i]);
      take_gpus(rest, shape[i], chosen[i]);
    }
    for (const UsedGpu& gpu : rest.used) EXPECT_TRUE(gpu.use.is_within(Bytes()));
    return true;
  }

  GpuRoom room;

 private:
  HostCapacity host_;
};

// Every way to give everybody from `at` on so many devices.
bool fits_somehow(Free free, const Shape& shape, std::size_t at) {
  if (at == shape.size()) return true;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << free.size(); ++bits) {
    const GpuSet gpus = GpuSet::from_bits(bits);
    if (gpus.count() != shape[at].gpu_count) continue;
    Free rest = free;
    bool enough = true;
    for (unsigned device = 0; device < free.size(); ++device) {
      if (!gpus.contains(device)) continue;
      enough = enough && rest[device] >= shape[at].gpu_part().share;
      rest[device] -= shape[at].gpu_part().share;
    }
    if (enough && fits_somehow(rest, shape, at + 1)) return true;
  }
  return false;
}

TEST(GpuSeating, LargestFirstIsNotTheLastWord) {
  EXPECT_TRUE(Parts({600, 500}).have_room_for({share(300), share(300), share(250), share(250)}));
  TaskNeeds two = share(250);
  two.gpu_count = 2;
  EXPECT_TRUE(Parts({500, 250}).have_room_for({share(250), two}));
  EXPECT_FALSE(Parts({600, 450}).have_room_for({share(300), share(300), share(250), share(250)}));
}

TEST(GpuSeating, SmallGroupsFitExactlyWhenThereIsAWay) {
  std::uint32_t dice = 12345;
  const auto below = [&dice](std::uint32_t bound) { return (dice = dice * 1664525 + 1013904223) / 65536 % bound; };
  int fitting = 0;
  for (int i = 0; i < 3'000; ++i) {
    Free free(2 + below(2));
    for (std::uint32_t& left : free) left = below(4) == 0 ? kWholeGpu : 50 * below(20);
    Shape shape(2 + below(4));
    for (TaskNeeds& needs : shape) {
      needs = below(8) == 0 ? whole(1) : share(50 * (1 + below(10)));
      needs.gpu_count = 1 + (below(6) == 0 ? 1 : 0);
    }
    const bool fits = fits_somehow(free, shape, 0);
    ASSERT_EQ(Parts(free).have_room_for(shape), fits) << "case " << i;
    fitting += fits ? 1 : 0;
  }
  EXPECT_GT(fitting, 300) << "few of the cases say anything";
}

TEST(GpuSeating, AHopelessSearchEnds) {
  const Parts parts(Free(16, 500));
  EXPECT_FALSE(parts.have_room_for(Shape(31, share(251))));
  EXPECT_FALSE(parts.have_room_for(Shape(17, share(260))));
}

}  // namespace
}  // namespace sennit::core
