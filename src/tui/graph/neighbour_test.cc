#include "tui/graph/neighbour.h"

#include <gtest/gtest.h>

namespace sennit::tui {
namespace {

using drawing::TextPlace;

//      [0]
//   [1]   [2]
//            [3]
const std::vector<TextPlace> kPlaces = {{{.x = 10, .y = 0, .width = 6, .height = 3}, {0}},
                                        {{.x = 0, .y = 5, .width = 6, .height = 3}, {1, 7}},
                                        {{.x = 18, .y = 5, .width = 6, .height = 3}, {2}},
                                        {{.x = 30, .y = 10, .width = 6, .height = 3}, {3}}};

TEST(Neighbour, TheNearestThatLiesBeyond) {
  EXPECT_EQ(neighbour(kPlaces, 0, Way::kDown), 2U);
  EXPECT_EQ(neighbour(kPlaces, 2, Way::kLeft), 1U);
  EXPECT_EQ(neighbour(kPlaces, 1, Way::kRight), 2U);
  EXPECT_EQ(neighbour(kPlaces, 2, Way::kDown), 3U);
  EXPECT_EQ(neighbour(kPlaces, 3, Way::kUp), 2U);
}

TEST(Neighbour, TheLastOneHasNone) {
  EXPECT_EQ(neighbour(kPlaces, 0, Way::kUp), std::nullopt);
  EXPECT_EQ(neighbour(kPlaces, 3, Way::kRight), std::nullopt);
  EXPECT_EQ(neighbour({}, 0, Way::kUp), std::nullopt);
}

TEST(Neighbour, StraightOnComesBeforeNearAndAside) {
  const std::vector<TextPlace> places = {{{.x = 0, .y = 0, .width = 6, .height = 3}, {0}},
                                         {{.x = 20, .y = 4, .width = 6, .height = 3}, {1}},
                                         {{.x = 0, .y = 12, .width = 6, .height = 3}, {2}}};
  EXPECT_EQ(neighbour(places, 0, Way::kDown), 2U);
}

TEST(Places, AreFoundByTaskAndByPoint) {
  EXPECT_EQ(place_of_task(kPlaces, 7), 1U);
  EXPECT_EQ(place_of_task(kPlaces, 9), std::nullopt);
  EXPECT_EQ(place_at(kPlaces, 5, 7), 1U);
  EXPECT_EQ(place_at(kPlaces, 6, 7), std::nullopt);
}

}  // namespace
}  // namespace sennit::tui
