#include "tui/parts/list_cursor.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tui/terminal/seed_fixture.h"

namespace sennit::tui {
namespace {

ListCursor cursor(std::size_t count, int lines, int selected_lines = 1) {
  ListCursor cursor;
  cursor.fit(count, lines, selected_lines);
  return cursor;
}

TEST(ListCursor, KeysMoveIt) {
  ListCursor rows = cursor(100, 10);
  for (const Key& key : {character('j'), named(KeyName::kDown), named(KeyName::kDown)}) EXPECT_TRUE(rows.take(key));
  EXPECT_EQ(rows.selected(), 3U);
  EXPECT_TRUE(rows.take(character('k')));
  EXPECT_EQ(rows.selected(), 2U);
  EXPECT_TRUE(rows.take(character('G')));
  EXPECT_EQ(rows.selected(), 99U);
  EXPECT_EQ(rows.first(), 90U);
  EXPECT_TRUE(rows.take(named(KeyName::kPageUp)));
  EXPECT_EQ(rows.selected(), 90U);
  EXPECT_TRUE(rows.take(control('u')));
  EXPECT_EQ(rows.selected(), 86U);
  EXPECT_TRUE(rows.take(character('g')));
  EXPECT_EQ(rows.selected(), 0U);
  EXPECT_EQ(rows.first(), 0U);
}

TEST(ListCursor, EndsAtTheEnds) {
  ListCursor rows = cursor(3, 10);
  rows.take(character('k'));
  EXPECT_EQ(rows.selected(), 0U);
  for (int i = 0; i < 9; ++i) rows.take(character('j'));
  EXPECT_EQ(rows.selected(), 2U);
  rows.take(named(KeyName::kPageDown));
  EXPECT_EQ(rows.selected(), 2U);
}

TEST(ListCursor, OtherKeysAreNotItsOwn) {
  ListCursor rows = cursor(3, 10);
  for (const Key& key : {character('x'), control('j'), named(KeyName::kEnter), Key{.character = 'j', .alt = true}})
    EXPECT_FALSE(rows.take(key)) << key_text(key);
}

TEST(ListCursor, OfNothingStaysAtTheBeginning) {
  ListCursor rows = cursor(0, 0);
  for (const Key& key : {character('j'), character('G'), named(KeyName::kPageDown), control('d')}) rows.take(key);
  EXPECT_EQ(rows.selected(), 0U);
  EXPECT_EQ(rows.row_at(0), std::nullopt);
}

TEST(ListCursor, FewerRowsTakeItAlong) {
  ListCursor rows = cursor(100, 10);
  rows.take(character('G'));
  rows.fit(5, 10);
  EXPECT_EQ(rows.selected(), 4U);
  EXPECT_EQ(rows.first(), 0U);
}

TEST(ListCursor, RowsBelowATallOneAreFound) {
  ListCursor rows = cursor(100, 10, 4);
  rows.select(2);
  EXPECT_EQ(rows.row_at(1), 1U);
  for (int line = 2; line < 6; ++line) EXPECT_EQ(rows.row_at(line), 2U);
  EXPECT_EQ(rows.row_at(6), 3U);
  EXPECT_EQ(rows.row_at(9), 6U);
  EXPECT_EQ(rows.row_at(10), std::nullopt);
  EXPECT_EQ(rows.row_at(-1), std::nullopt);
}

TEST(ListCursor, ClicksSelectAndTheWheelMoves) {
  ListCursor rows = cursor(100, 10);
  const Rect place{5, 3, 20, 10};
  EXPECT_TRUE(rows.take(Click{.x = 6, .y = 7}, place));
  EXPECT_EQ(rows.selected(), 4U);
  EXPECT_TRUE(rows.take(Click{.kind = Click::Kind::kWheelDown, .x = 6, .y = 7}, place));
  EXPECT_EQ(rows.selected(), 7U);
  EXPECT_FALSE(rows.take(Click{.x = 4, .y = 7}, place));
  EXPECT_FALSE(rows.take(Click{.button = 2, .x = 6, .y = 7}, place));
  EXPECT_FALSE(rows.take(Click{.kind = Click::Kind::kReleased, .x = 6, .y = 7}, place));
  EXPECT_EQ(rows.selected(), 7U);
}

TEST(ListCursor, WhateverIsDoneTheSelectedRowIsInSight) {
  std::mt19937 random(test_seed());
  const auto below = [&random](std::size_t limit) { return random() % limit; };
  static constexpr char kKeys[] = "jkgGduPN";
  ListCursor rows;
  std::size_t count = 0;
  int lines = 1;
  int tall = 1;
  for (int step = 0; step < 20'000; ++step) {
    if (below(4) == 0) {
      count = below(30);
      lines = 1 + static_cast<int>(below(12));
      tall = 1 + static_cast<int>(below(5));
      rows.fit(count, lines, tall);
    } else if (below(4) == 0) {
      rows.take(Click{.kind = static_cast<Click::Kind>(below(5)), .x = 0, .y = static_cast<int>(below(14))},
                {0, 0, 1, 12});
    } else {
      const char key = kKeys[below(8)];
      rows.take(key == 'P'                 ? named(KeyName::kPageUp)
                : key == 'N'               ? named(KeyName::kPageDown)
                : key == 'd' || key == 'u' ? control(key)
                                           : character(static_cast<std::uint32_t>(key)));
    }
    ASSERT_TRUE(count == 0 ? rows.selected() == 0 : rows.selected() < count);
    ASSERT_LE(rows.first(), rows.selected());
    const int height = std::min(tall, lines);
    ASSERT_LE(static_cast<int>(rows.selected() - rows.first()) + height, lines);
    // No empty lines below while there are rows above.
    const std::size_t in_sight = static_cast<std::size_t>(lines - height) + 1;
    ASSERT_TRUE(rows.first() == 0 || rows.first() + in_sight <= count);
    const auto line = static_cast<int>(rows.selected() - rows.first());
    ASSERT_TRUE(count == 0 || rows.row_at(line) == rows.selected());
  }
}

}  // namespace
}  // namespace sennit::tui
