#include "tui/terminal/frame_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "tui/terminal/seed_fixture.h"

namespace sennit::tui {
namespace {

// As much of a terminal as a frame needs: what was written to it, by its own rules.
class ReferenceTerminal {
 public:
  ReferenceTerminal(int width, int height) : shown_(width, height) {}

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      if (bytes.front() == '\x1b') {
        bytes.remove_prefix(control(bytes));
      } else {
        const CodePoint point = first_code_point(bytes);
        ASSERT_GT(point.bytes, 0U) << "no character";
        ASSERT_GE(point.value, 0x20U) << "a control character";
        put(bytes.substr(0, point.bytes), static_cast<int>(display_width(point.value)));
        bytes.remove_prefix(point.bytes);
      }
    }
  }

  // The same signs, in the same look as far as it is seen.
  void expect(const Frame& frame) const {
    ASSERT_EQ(shown_.text(), frame.text());
    for (int y = 0; y < frame.height(); ++y) {
      for (int x = 0; x < frame.width(); ++x) {
        if (frame.at(x, y).width == 0) continue;
        ASSERT_EQ(shown_.at(x, y).width, frame.at(x, y).width) << x << " " << y;
        ASSERT_EQ(looks_[place(x, y)], look_text(frame.at(x, y).look)) << x << " " << y;
      }
    }
  }

  static std::string look_text(const Look& look) {
    std::string text = "0";
    for (const auto& [attribute, code] :
         {std::pair(Attribute::kBold, ";1"), std::pair(Attribute::kFaint, ";2"),
          std::pair(Attribute::kUnderlined, ";4"), std::pair(Attribute::kReversed, ";7")}) {
      if (look.has(attribute)) text += code;
    }
    for (const auto& [colour, code] : {std::pair(look.fore, ";38;2"), std::pair(look.back, ";48;2")}) {
      if (colour.is_default()) continue;
      text += code;
      for (const int shift : {16, 8, 0}) text += ";" + std::to_string(colour.rgb >> shift & 255U);
    }
    return text;
  }

 private:
  std::size_t place(int x, int y) const { return static_cast<std::size_t>(y * shown_.width() + x); }

  std::size_t control(std::string_view bytes) {
    std::size_t end = 2;
    while (end < bytes.size() && (bytes[end] < 0x40 || bytes[end] > 0x7E)) ++end;
    EXPECT_EQ(bytes.substr(0, 2), "\x1b[");
    EXPECT_LT(end, bytes.size()) << "a sequence without an end";
    const std::string parameters(bytes.substr(2, end - 2));
    switch (bytes[end]) {
      case 'm': look_ = parameters; break;
      case 'H':
        y_ = std::atoi(parameters.c_str()) - 1;
        x_ = std::atoi(parameters.substr(parameters.find(';') + 1).c_str()) - 1;
        break;
      case 'J':
        EXPECT_EQ(parameters, "2");
        shown_ = Frame(shown_.width(), shown_.height());
        looks_.assign(looks_.size(), look_);
        break;
      case 'h':
      case 'l': EXPECT_EQ(parameters, "?2026"); break;
      default: ADD_FAILURE() << "an unknown sequence: " << bytes.substr(1, end);
    }
    return end + 1;
  }

  void put(std::string_view bytes, int columns) {
    if (columns == 0) {  // joins what was written last
      Cell& cell = shown_.at(last_x_, last_y_);
      for (const char byte : bytes) cell.bytes.at(cell.size++) = byte;
      return;
    }
    ASSERT_TRUE(x_ >= 0 && x_ + columns <= shown_.width() && y_ >= 0 && y_ < shown_.height()) << x_ << " " << y_;
    // Half of a wide character that is left is a space in the look that it had.
    Pane(shown_).put(x_, y_, bytes, {});
    for (int i = 0; i < columns; ++i) looks_[place(x_ + i, y_)] = look_;
    last_x_ = x_;
    last_y_ = y_;
    x_ += columns;
    if (x_ == shown_.width()) x_ = -1;  // from here on nobody knows
  }

  Frame shown_;
  std::vector<std::string> looks_ = std::vector<std::string>(
      static_cast<std::size_t>(shown_.width()) * static_cast<std::size_t>(shown_.height()), "0");
  std::string look_ = "0";
  int x_ = -1;
  int y_ = -1;
  int last_x_ = 0;
  int last_y_ = 0;
};

constexpr std::string_view kBegin = "\x1b[?2026h";
constexpr std::string_view kEnd = "\x1b[?2026l";

std::string inside(const std::string& written) {
  EXPECT_TRUE(written.starts_with(kBegin) && written.ends_with(std::string("\x1b[0m").append(kEnd))) << written;
  return written.substr(kBegin.size(), written.size() - kBegin.size() - kEnd.size() - 4);
}

TEST(FrameWriter, WhatHasNotChangedIsNotWritten) {
  Frame frame(10, 3);
  Pane(frame).put(0, 1, "训练 text", {});
  FrameWriter writer(ColourDepth::kTrue);
  EXPECT_NE(writer.update(frame), "");
  EXPECT_EQ(writer.update(frame), "");
}

TEST(FrameWriter, OneCellIsOneMoveAndOneCharacter) {
  Frame frame(80, 24);
  FrameWriter writer(ColourDepth::kTrue);
  writer.update(frame);
  Pane(frame).put(30, 10, "x", {});
  EXPECT_EQ(inside(writer.update(frame)), "\x1b[11;31H\x1b[0mx");
}

TEST(FrameWriter, AShortGapIsWrittenAndALongOnePassedOver) {
  Frame frame(80, 1);
  Pane(frame).put(0, 0, "0123456789abcdef", {});
  FrameWriter writer(ColourDepth::kTrue);
  writer.update(frame);
  Pane(frame).put(0, 0, "x", {});
  Pane(frame).put(4, 0, "x", {});
  Pane(frame).put(15, 0, "x", {});
  EXPECT_EQ(inside(writer.update(frame)), "\x1b[1;1H\x1b[0mx123x\x1b[1;16Hx");
}

TEST(FrameWriter, ANewSizeOrForgettingWritesAllOfIt) {
  FrameWriter writer(ColourDepth::kTrue);
  Frame frame(4, 1);
  Pane(frame).put(0, 0, "ab", {});
  const std::string first = writer.update(frame);
  writer.forget();
  EXPECT_EQ(writer.update(frame), first);
  Frame larger(5, 1);
  Pane(larger).put(0, 0, "ab", {});
  EXPECT_NE(writer.update(larger).find("\x1b[2J"), std::string::npos);
}

TEST(FrameWriter, AWideCharacterThatIsOverwrittenLeavesNoHalf) {
  FrameWriter writer(ColourDepth::kTrue);
  ReferenceTerminal terminal(8, 1);
  for (const auto& [x, text] : {std::pair(0, "训练字"), std::pair(1, "-"), std::pair(1, "训"), std::pair(4, "x"),
                                std::pair(0, "\u6f22\u5b57"), std::pair(6, "字")}) {
    Frame frame(8, 1);
    Pane(frame).put(0, 0, "训练字", {});
    Pane(frame).put(x, 0, text, {});
    terminal.write(writer.update(frame));
    terminal.expect(frame);
  }
}

std::string colours(ColourDepth depth, const Look& look) {
  Frame frame(2, 1);
  FrameWriter writer(depth);
  writer.update(frame);
  Pane(frame).put(0, 0, "x", look);
  const std::string written = inside(writer.update(frame));
  return written.substr(6, written.size() - 7);  // between the move and the x
}

TEST(FrameWriter, ColoursAsDeepAsTheTerminalKnows) {
  const Look look{.fore = {.rgb = 0xFF6B6B, .basic = 1}, .back = {.rgb = 0x2A2F3A, .basic = 12}};
  EXPECT_EQ(colours(ColourDepth::kTrue, look), "\x1b[0;38;2;255;107;107;48;2;42;47;58m");
  EXPECT_EQ(colours(ColourDepth::k256, look), "\x1b[0;38;5;203;48;5;236m");
  EXPECT_EQ(colours(ColourDepth::kSixteen, look), "\x1b[0;31;104m");
  EXPECT_EQ(colours(ColourDepth::kNone, {.fore = look.fore}), "\x1b[0m");
  EXPECT_EQ(colours(ColourDepth::kTrue, Look{}.with(Attribute::kBold).with(Attribute::kUnderlined)), "\x1b[0;1;4m");
}

TEST(FrameWriter, TheExactColoursOfTheCubeAndTheGreysAreFound) {
  EXPECT_EQ(colours(ColourDepth::k256, {.fore = {.rgb = 0x5FD787, .basic = 2}}), "\x1b[0;38;5;78m");
  EXPECT_EQ(colours(ColourDepth::k256, {.fore = {.rgb = 0x000000, .basic = 0}}), "\x1b[0;38;5;16m");
  EXPECT_EQ(colours(ColourDepth::k256, {.fore = {.rgb = 0xFFFFFF, .basic = 15}}), "\x1b[0;38;5;231m");
  EXPECT_EQ(colours(ColourDepth::k256, {.fore = {.rgb = 0x808080, .basic = 8}}), "\x1b[0;38;5;244m");
}

TEST(FrameWriter, WithoutColoursABackgroundIsReversedAndWhatIsReversedOnItIsNot) {
  const Look bar{.back = {.rgb = 0x2A2F3A, .basic = 0}};
  EXPECT_EQ(colours(ColourDepth::kNone, bar), "\x1b[0;7m");
  EXPECT_EQ(colours(ColourDepth::kNone, Look{}.with(Attribute::kReversed)), "\x1b[0;7m");
  EXPECT_EQ(colours(ColourDepth::kNone, bar.with(Attribute::kReversed)), "\x1b[0m");  // the cursor of a prompt
}

Frame random_frame(std::mt19937& random, const Frame& before, int width, int height) {
  static constexpr std::string_view kTexts[] = {"a", "training", "训", "训练字", "e\u0301", "🚀x", "\033[2J", " ", "│"};
  const auto below = [&random](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  Frame frame = before.width() == width && before.height() == height && below(8) > 0 ? before : Frame(width, height);
  for (int i = below(12); i > 0; --i) {
    Look look;
    if (below(3) == 0) look.fore = {.rgb = static_cast<std::uint32_t>(below(1 << 24)), .basic = 3};
    if (below(3) == 0) look.back = {.rgb = static_cast<std::uint32_t>(below(1 << 24)), .basic = 4};
    look.attributes = static_cast<std::uint8_t>(below(16));
    const Pane pane(frame);
    const Rect place{below(width), below(height), 1 + below(width), 1 + below(3)};
    if (below(6) == 0) {
      pane.shade(place, look.back);
    } else {
      pane.part(place).put(below(8) - 4, below(2), kTexts[random() % std::size(kTexts)], look);
    }
  }
  return frame;
}

TEST(FrameWriter, WhateverIsDrawnTheTerminalShowsIt) {
  std::mt19937 random(test_seed());
  for (int round = 0; round < 60; ++round) {
    const int width = 1 + static_cast<int>(random() % 30);
    const int height = 1 + static_cast<int>(random() % 5);
    FrameWriter writer(ColourDepth::kTrue);
    ReferenceTerminal terminal(width, height);
    Frame frame;
    for (int step = 0; step < 20; ++step) {
      frame = random_frame(random, frame, width, height);
      if (random() % 10 == 0) writer.forget();
      terminal.write(writer.update(frame));
      ASSERT_NO_FATAL_FAILURE(terminal.expect(frame)) << "round " << round << " step " << step;
    }
  }
}

TEST(ColourDepth, FollowsWhatTheTerminalSaysOfItself) {
  EXPECT_EQ(colour_depth(nullptr, nullptr, "xterm-256color"), ColourDepth::k256);
  EXPECT_EQ(colour_depth("", "truecolor", "xterm-256color"), ColourDepth::kTrue);
  EXPECT_EQ(colour_depth(nullptr, "24bit", "xterm"), ColourDepth::kTrue);
  EXPECT_EQ(colour_depth(nullptr, nullptr, "xterm-direct"), ColourDepth::kTrue);
  EXPECT_EQ(colour_depth(nullptr, nullptr, "linux"), ColourDepth::kSixteen);
  EXPECT_EQ(colour_depth("1", "truecolor", "xterm-256color"), ColourDepth::kNone);
  EXPECT_EQ(colour_depth(nullptr, nullptr, "vt100"), ColourDepth::kNone);
  EXPECT_EQ(colour_depth(nullptr, nullptr, "dumb"), ColourDepth::kNone);
  EXPECT_EQ(colour_depth(nullptr, nullptr, nullptr), ColourDepth::kNone);
}

}  // namespace
}  // namespace sennit::tui
