#include "drawing/text_picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/utf8.h"
#include "drawing/drawing_reader.h"
#include "drawing/flow_builder.h"

namespace sennit::drawing {
namespace {

TextPicture picture(const FlowBuilder& flow, const TextPictureOptions& options = {}) {
  Result<TextPicture> picture = draw_text(flow.build(), options);
  EXPECT_TRUE(picture.ok());
  return std::move(picture).value();
}

std::string drawing(const FlowBuilder& flow, const TextPictureOptions& options = {}) {
  return text_of(picture(flow, options).rows);
}

FlowBuilder fan(int count) {
  FlowBuilder flow;
  std::vector<std::string> all;
  flow.task("prepare");
  for (int i = 0; i < count; ++i) {
    all.push_back("train-" + std::to_string(i));
    flow.task(all.back(), {"prepare"});
  }
  return flow.task("report", all);
}

TEST(TextPicture, Chain) {
  EXPECT_EQ(drawing(FlowBuilder().task("a").task("bcd", {"a"})), R"( ┌───┐
 │ a │
 └─┬─┘
   ▼
┌─────┐
│ bcd │
└─────┘
)");
}

TEST(TextPicture, Digits) {
  const FlowBuilder flow = FlowBuilder()
                               .task("preprocess")
                               .task("train", {"preprocess"})
                               .task("evaluate", {"train"})
                               .task("export", {"train"});
  EXPECT_EQ(drawing(flow), R"(       ┌────────────┐
       │ preprocess │
       └──────┬─────┘
              ▼
          ┌───────┐
          │ train │
          └───┬───┘
      ┌───────┴─────┐
      ▼             ▼
┌──────────┐   ┌────────┐
│ evaluate │   │ export │
└──────────┘   └────────┘
)");
}

TEST(TextPicture, Diamond) {
  const FlowBuilder flow =
      FlowBuilder().task("split").task("left", {"split"}).task("right", {"split"}).task("total", {"left", "right"});
  EXPECT_EQ(drawing(flow), R"(      ┌───────┐
      │ split │
      └───┬───┘
    ┌─────┴───┐
    ▼         ▼
┌──────┐  ┌───────┐
│ left │  │ right │
└───┬──┘  └───┬───┘
    └─────┬───┘
          ▼
      ┌───────┐
      │ total │
      └───────┘
)");
}

TEST(TextPicture, LongEdgeRunsBesideTheBoxes) {
  const FlowBuilder flow =
      FlowBuilder().task("a").task("b", {"a"}).task("c", {"b"}).task("x", {"a"}).task("d", {"c", "x"});
  EXPECT_EQ(drawing(flow), R"(    ┌───┐
    │ a │
    └─┬─┘
  ┌───┴───┐
  ▼       ▼
┌───┐   ┌───┐
│ b │   │ x │
└─┬─┘   └─┬─┘
  ▼       │
┌───┐     │
│ c │     │
└─┬─┘     │
  └───┬───┘
      ▼
    ┌───┐
    │ d │
    └───┘
)");
}

TEST(TextPicture, GroupIsAFrameWithItsTasks) {
  const FlowBuilder flow =
      FlowBuilder().task("prepare").group("simulate", {"world", "robot"}, {"prepare"}).task("report", {"simulate"});
  EXPECT_EQ(drawing(flow), R"(          ┌─────────┐
          │ prepare │
          └────┬────┘
               ▼
┌─ simulate ─────────────────┐
│ ┌──────────────┐ ┌───────┐ │
│ │ world (lead) │ │ robot │ │
│ └──────────────┘ └───────┘ │
└──────────────┬─────────────┘
               ▼
          ┌────────┐
          │ report │
          └────────┘
)");
}

TEST(TextPicture, CrossingLinesAreNotJoined) {
  const FlowBuilder flow =
      FlowBuilder().task("a").task("b").task("x", {"a", "b"}).task("y", {"a"}).task("z", {"b", "y"});
  EXPECT_EQ(DrawingReader(drawing(flow)).edges(), (std::set<std::pair<std::string, std::string>>{
                                                      {"a", "x"}, {"b", "x"}, {"a", "y"}, {"b", "z"}, {"y", "z"}}));
}

TEST(TextPicture, RandomDrawingsReadAsTheirEdges) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 150 && !testing::Test::HasFailure(); ++i) {
    FlowBuilder flow;
    std::set<std::pair<std::string, std::string>> edges;
    const auto count = static_cast<int>(1 + random() % 20);
    const auto density = static_cast<int>(random() % 4);
    for (int task = 0; task < count; ++task) {
      const std::string name = "t" + std::to_string(task);
      std::set<std::string> after;
      for (int n = 0; n < density && task > 0; ++n)
        after.insert("t" + std::to_string(random() % static_cast<unsigned>(task)));
      for (const std::string& upstream : after) edges.emplace(upstream, name);
      flow.task(name, {after.begin(), after.end()});
    }
    const std::string shown = drawing(flow, {.columns = 100'000, .detail = Detail::kFull});
    EXPECT_EQ(DrawingReader(shown).edges(), edges) << shown;
  }
}

TEST(TextPicture, TooWideDownwardsGoesToTheRight) {
  EXPECT_EQ(drawing(fan(3), {.columns = 38}), R"(              ┌─────────┐
            ┌▶│ train-0 ├─┐
            │ └─────────┘ │
            │             │
┌─────────┐ │ ┌─────────┐ │ ┌────────┐
│ prepare ├─┼▶│ train-1 ├─┼▶│ report │
└─────────┘ │ └─────────┘ │ └────────┘
            │             │
            │ ┌─────────┐ │
            └▶│ train-2 ├─┘
              └─────────┘
)");
}

TEST(TextPicture, ManyEqualSiblingsShareABox) {
  const TextPicture shown = picture(fan(1000));
  EXPECT_EQ(text_of(shown.rows), R"(          ┌─────────┐
          │ prepare │
          └────┬────┘
               ▼
┌────────────────────────────┐
│ train-0 … train-999 (1000) │
└──────────────┬─────────────┘
               ▼
          ┌────────┐
          │ report │
          └────────┘
)");
  EXPECT_EQ(shown.notes, (std::vector<std::string>{"equal siblings are drawn as one; --full shows each"}));
  EXPECT_GT(picture(fan(1000), {.detail = Detail::kFull}).rows.size(), 3000U);
}

TEST(TextPicture, WhatOtherEdgesImplyIsLeftOut) {
  const FlowBuilder flow = FlowBuilder().task("a").task("b", {"a"}).task("c", {"a", "b"});
  const TextPicture shown = picture(flow);
  EXPECT_EQ(text_of(shown.rows), drawing(FlowBuilder().task("a").task("b", {"a"}).task("c", {"b"})));
  EXPECT_EQ(shown.notes, (std::vector<std::string>{"an edge that others imply is left out; --full shows it"}));
  EXPECT_EQ(DrawingReader(drawing(flow, {.detail = Detail::kFull})).edges().size(), 3U);
}

TEST(TextPicture, WithoutRoomItIsAListThatSaysSo) {
  const FlowBuilder flow = FlowBuilder()
                               .task("prepare")
                               .group("sim", {"world", "robot"}, {"prepare"})
                               .task("left", {"prepare"})
                               .task("report", {"left", "sim"});
  const TextPicture shown = picture(flow, {.columns = 24});
  EXPECT_EQ(text_of(shown.rows), R"(prepare
  group sim (after prep…
    world
    robot
  left (after prepare)
    report (after sim, …
)");
  EXPECT_EQ(
      shown.notes,
      (std::vector<std::string>{"a drawing does not fit into 24 columns, so this is a list; --format svg draws it"}));
}

TEST(TextPicture, ListHasEqualSiblingsOnALine) {
  FlowBuilder flow = FlowBuilder().run("flow-1", "RUNNING").task("prepare", {}, "RUNNING");
  for (int i = 0; i < 5; ++i) flow.task("train-" + std::to_string(i), {"prepare"}, i < 2 ? "COMPLETED" : "WAITING");
  const TextPicture shown = picture(flow, {.columns = 20});
  EXPECT_EQ(text_of(shown.rows), "● prepare\n  train-0 … train-4…\n\n○ waiting  ● running\n✓ completed\n");
  EXPECT_EQ(shown.notes.size(), 2U);
}

TEST(TextPicture, StatesAreMarkedAndExplained) {
  const FlowBuilder flow = FlowBuilder()
                               .run("flow-1", "RUNNING")
                               .task("a", {}, "COMPLETED")
                               .task("b", {"a"}, "RUNNING")
                               .task("c", {"b"}, "WAITING");
  const TextPicture shown = picture(flow);
  const std::string text = text_of(shown.rows);
  EXPECT_NE(text.find("│ ✓ a │"), std::string::npos) << text;
  EXPECT_NE(text.find("│ ● b │"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("\n\n○ waiting  ● running  ✓ completed\n")) << text;
  EXPECT_EQ(shown.rows[1][0].state, State::kCompleted);
}

TEST(TextPicture, AsciiAlone) {
  const FlowBuilder flow =
      FlowBuilder().run("flow-1", "FAILED").task("größe", {}, "FAILED").task("b", {"größe"}, "FAILED_UPSTREAM");
  EXPECT_EQ(drawing(flow, {.charset = Charset::kAscii}), R"(+---------+
| x gr??e |
+----+----+
     v
  +-----+
  | - b |
  +-----+

x failed  - not run
)");
}

TEST(TextPicture, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(drawing(FlowBuilder().task("数据").task("训练模型", {"数据"})), R"(  ┌──────┐
  │ 数据 │
  └───┬──┘
      ▼
┌──────────┐
│ 训练模型 │
└──────────┘
)");
}

TEST(TextPicture, ControlCharactersDoNotReachTheTerminal) {
  EXPECT_NE(drawing(FlowBuilder().task("a\033[31m")).find("│ a\\x1b[31m │"), std::string::npos);
}

TEST(TextPicture, PlacesLieWhereTheBoxesAre) {
  const FlowBuilder flow = FlowBuilder().task("a").task("b", {"a"}).group("g", {"c", "d"}, {"b"});
  const TextPicture drawn = picture(flow);
  ASSERT_EQ(drawn.places.size(), 4U);
  for (const TextPlace& place : drawn.places) {
    ASSERT_EQ(place.tasks.size(), 1U);
    std::string row;
    for (const TextSpan& span : drawn.rows.at(static_cast<std::size_t>(place.box.y) + 1)) row += span.text;
    // What stands before the box, by columns: lines take more bytes than one.
    std::size_t at = 0;
    for (int x = 0; x < place.box.x + 2; ++x) at += std::max<std::size_t>(first_code_point(row.substr(at)).bytes, 1);
    EXPECT_EQ(row.substr(at, 1), flow.build().tasks[place.tasks.front()].name);
  }
}

TEST(TextPicture, EqualSiblingsShareAPlaceAndAListHasNone) {
  const TextPicture drawn = picture(fan(40), {.columns = 60});
  ASSERT_EQ(drawn.places.size(), 3U);
  EXPECT_EQ(drawn.places[1].tasks.size(), 40U);
  EXPECT_TRUE(picture(fan(3), {.columns = 12, .detail = Detail::kFull}).places.empty());
}

TEST(TextPicture, EverythingFitsIntoAnyWidth) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 100; ++i) {
    FlowBuilder flow;
    const auto count = static_cast<int>(1 + random() % 25);
    for (int task = 0; task < count; ++task) {
      std::vector<std::string> after;
      if (task > 0) after.push_back("task-" + std::to_string(random() % static_cast<unsigned>(task)));
      flow.task("task-" + std::to_string(task), after, random() % 2 == 0 ? "RUNNING" : "COMPLETED");
    }
    const auto columns = static_cast<int>(12 + random() % 120);
    for (const TextRow& row : picture(flow, {.columns = columns}).rows) {
      std::size_t width = 0;
      for (const TextSpan& span : row) width += display_width(span.text);
      EXPECT_LE(width, static_cast<std::size_t>(columns));
    }
  }
}

}  // namespace
}  // namespace sennit::drawing
