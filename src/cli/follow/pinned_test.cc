#include "cli/follow/pinned.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace sennit::cli {
namespace {

BlockLine line(std::string text) {
  const std::size_t width = text.size();
  return {std::move(text), width};
}

// With the sequences by their names.
std::string readable(std::string bytes) {
  const std::pair<std::string, std::string> names[] = {
      {"\033[?2026h", "<begin>"}, {"\033[?2026l", "<end>"}, {"\033[?7l", ""}, {"\033[?7h", ""}, {"\033[K", "<k>"},
      {"\033[J", "<j>"},          {"\033[", "<up "},        {"A", ">"},       {"\r", ""},       {"\n", "/"}};
  for (const auto& [sequence, name] : names) {
    for (std::size_t at = 0; (at = bytes.find(sequence, at)) != std::string::npos; at += name.size()) {
      bytes.replace(at, sequence.size(), name);
    }
  }
  return bytes;
}

const ScreenSize kSize{.columns = 20, .rows = 24};

TEST(Pinned, OnlyWhatHasChangedIsWritten) {
  PinnedLines lines(OnNarrowing::kBreaksAnew);
  EXPECT_EQ(readable(lines.update("", {line("one"), line("two")}, kSize)), "<begin><j>one<k>/two<k>/<j><end>");
  EXPECT_EQ(lines.update("", {line("one"), line("two")}, kSize), "");
  EXPECT_EQ(readable(lines.update("", {line("one"), line("2")}, kSize)), "<begin><up 2>/2<k>/<j><end>");
  EXPECT_EQ(readable(lines.update("", {line("one")}, kSize)), "<begin><up 2>/<j><end>");
}

TEST(Pinned, LinesScrollAbove) {
  PinnedLines lines(OnNarrowing::kBreaksAnew);
  lines.update("", {line("one"), line("two")}, kSize);
  EXPECT_EQ(readable(lines.update("said\n", {line("one"), line("two")}, kSize)),
            "<begin><up 2><j>said/one<k>/two<k>/<j><end>");
  EXPECT_EQ(readable(lines.clear(kSize)), "<begin><up 2><j><end>");
  EXPECT_FALSE(lines.is_shown());
  EXPECT_EQ(lines.clear(kSize), "");
}

TEST(Pinned, AfterForgettingItIsDrawnWhereTheCursorIs) {
  PinnedLines lines(OnNarrowing::kBreaksAnew);
  lines.update("", {line("one")}, kSize);
  lines.forget();
  EXPECT_EQ(readable(lines.update("", {line("one")}, kSize)), "<begin>one<k>/<j><end>");
}

// Two lines of 19 columns are four rows of 10.
TEST(Pinned, LinesThatTheTerminalHasBrokenAnewAreFound) {
  const ScreenSize narrow{.columns = 10, .rows = 24};
  PinnedLines breaking(OnNarrowing::kBreaksAnew);
  PinnedLines cutting(OnNarrowing::kCuts);
  for (PinnedLines* lines : {&breaking, &cutting}) {
    lines->update("", {line(std::string(19, 'a')), line(std::string(19, 'b'))}, kSize);
  }
  EXPECT_EQ(readable(breaking.update("", {line("one")}, narrow)), "<begin><up 4><j>one<k>/<j><end>");
  EXPECT_EQ(readable(cutting.update("", {line("one")}, narrow)), "<begin><up 2><j>one<k>/<j><end>");
}

TEST(Pinned, ItNeverGoesBeyondTheFirstRow) {
  PinnedLines lines(OnNarrowing::kBreaksAnew);
  lines.update("", {line("one"), line("two"), line("three"), line("four")}, kSize);
  EXPECT_EQ(readable(lines.clear({.columns = 20, .rows = 3})), "<begin><up 2><j><j><end>");
}

TEST(Pinned, WhatATerminalDoesIsKnownByItsName) {
  using Variables = std::map<std::string, std::string, std::less<>>;
  const auto of = [](const Variables& variables) {
    return on_narrowing([&](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
  };
  EXPECT_EQ(of({{"TERM", "xterm-256color"}}), OnNarrowing::kBreaksAnew);
  EXPECT_EQ(of({{"TERM", "xterm-256color"}, {"XTERM_VERSION", "XTerm(379)"}}), OnNarrowing::kCuts);
  EXPECT_EQ(of({{"TERM", "screen-256color"}, {"TMUX", "/tmp/t,1,0"}}), OnNarrowing::kBreaksAnew);
  EXPECT_EQ(of({{"TERM", "screen.xterm"}}), OnNarrowing::kCuts);
  EXPECT_EQ(of({{"TERM", "linux"}}), OnNarrowing::kCuts);
}

}  // namespace
}  // namespace sennit::cli
