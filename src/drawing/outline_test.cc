#include "drawing/outline.h"

#include <gtest/gtest.h>

#include "drawing/flow_builder.h"

namespace sennit::drawing {
namespace {

std::vector<std::vector<std::uint32_t>> boxes(const Flow& flow, Siblings siblings) {
  const Result<Outline> outline = outline_of(flow, siblings, Implied::kDropped);
  EXPECT_TRUE(outline.ok());
  std::vector<std::vector<std::uint32_t>> groups;
  for (const OutlineGroup& group : outline->groups) groups.push_back(group.groups);
  return groups;
}

TEST(StemOf, NumbersDoNotCount) {
  EXPECT_EQ(stem_of("train-1"), stem_of("train-20"));
  EXPECT_EQ(stem_of("lr0.1-bs32"), "lr#.#-bs#");
  EXPECT_NE(stem_of("train-1"), stem_of("eval-1"));
}

TEST(OutlineOf, EqualSiblingsShareABoxByName) {
  const Flow flow = FlowBuilder()
                        .task("prepare")
                        .task("a-1", {"prepare"})
                        .task("a-2", {"prepare"})
                        .task("a-3", {"prepare"})
                        .task("other", {"prepare"})
                        .build();
  EXPECT_EQ(boxes(flow, Siblings::kByName), (std::vector<std::vector<std::uint32_t>>{{0}, {1, 2, 3}, {4}}));
  EXPECT_EQ(boxes(flow, Siblings::kByPlaceAlone), (std::vector<std::vector<std::uint32_t>>{{0}, {1, 2, 3, 4}}));
  EXPECT_EQ(boxes(flow, Siblings::kEach).size(), 5U);
}

TEST(OutlineOf, PipelinesBesideEachOtherBecomeOne) {
  FlowBuilder builder;
  for (int i = 0; i < 3; ++i) {
    builder.task("train-" + std::to_string(i));
    builder.task("eval-" + std::to_string(i), {"train-" + std::to_string(i)});
  }
  const Result<Outline> outline = outline_of(builder.build(), Siblings::kByName, Implied::kKept);
  ASSERT_TRUE(outline.ok());
  EXPECT_EQ(outline->groups.size(), 2U);
  EXPECT_EQ(outline->edges, (std::vector<layout::Edge>{{0, 1}}));
  EXPECT_EQ(outline->groups[1].groups, (std::vector<std::uint32_t>{1, 3, 5}));
}

TEST(CrowdsOf, LeadStandsAlone) {
  const Flow flow = FlowBuilder().group("g", {"worker-0", "worker-1", "worker-2", "worker-3", "camera"}).build();
  EXPECT_EQ(crowds_of(flow, {{0}}, Siblings::kByName), (std::vector<std::vector<std::uint32_t>>{{0}, {1, 2, 3}, {4}}));
  EXPECT_EQ(crowds_of(flow, {{0}}, Siblings::kEach).size(), 5U);
}

TEST(CrowdsOf, EqualGroupsHaveACrowdForEachPart) {
  FlowBuilder builder;
  for (int i = 0; i < 3; ++i) builder.group("g-" + std::to_string(i), {"world-" + std::to_string(i), "robot"});
  EXPECT_EQ(crowds_of(builder.build(), {{0, 1, 2}}, Siblings::kByName),
            (std::vector<std::vector<std::uint32_t>>{{0, 2, 4}, {1, 3, 5}}));
}

}  // namespace
}  // namespace sennit::drawing
