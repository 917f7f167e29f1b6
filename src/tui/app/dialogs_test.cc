#include "tui/app/dialogs.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tui/app/frame_lines.h"

namespace sennit::tui {
namespace {

using Then = Dialog::Then;

std::string drawn(Dialog& dialog, int width = 60, int height = 12, bool ascii = false) {
  Frame frame(width, height, ascii ? Charset::kAscii : Charset::kUtf8);
  dialog.draw(Pane(frame), standard_theme(ascii));
  return frame.text();
}

void type(Dialog& dialog, std::string_view text) {
  for (const char letter : text) EXPECT_EQ(dialog.take(character(static_cast<unsigned char>(letter))), Then::kStay);
}

TEST(QuestionDialog, OnlyYMeansYes) {
  for (const Key& key :
       {character('n'), named(KeyName::kEscape), named(KeyName::kEnter), character('x'), control('c')}) {
    int yes = 0;
    QuestionDialog dialog("Cancel?", [&yes] { ++yes; });
    EXPECT_EQ(dialog.take(key), Then::kClose);
    EXPECT_EQ(yes, 0) << key_text(key);
  }
  int yes = 0;
  QuestionDialog dialog("Cancel?", [&yes] { ++yes; });
  EXPECT_EQ(dialog.take(character('y')), Then::kClose);
  EXPECT_EQ(yes, 1);
}

TEST(QuestionDialog, WhatIsPastedOrClickedIsNoAnswer) {
  QuestionDialog dialog("Cancel?", [] { ADD_FAILURE(); });
  EXPECT_EQ(dialog.take(Paste{"y"}), Then::kStay);
  EXPECT_EQ(dialog.take(Click{}), Then::kStay);
}

TEST(QuestionDialog, StandsInTheMiddle) {
  QuestionDialog dialog("Cancel train of flow-1?", [] {});
  EXPECT_EQ(drawn(dialog, 40, 9),
            "\n\n"
            "      ┌─────────────────────────┐\n"
            "      │ Cancel train of flow-1? │\n"
            "      │                         │\n"
            "      │ y yes   n no            │\n"
            "      └─────────────────────────┘\n"
            "\n\n");
}

std::vector<Choice> choices(std::string* chosen, const std::string& long_name = "cancel flow-1") {
  return {{{character('l'), named(KeyName::kEnter), control('c')}, "leave", [chosen] { *chosen += "leave "; }},
          {{character('c')}, long_name, [chosen] { *chosen += "cancel "; }},
          {{named(KeyName::kEscape)}, "stay", {}}};
}

TEST(ChoiceDialog, EachAnswerHasItsKeys) {
  std::string chosen;
  for (const Key& key : {character('l'), named(KeyName::kEnter), control('c'), character('c'), named(KeyName::kEscape),
                         character('x')}) {
    ChoiceDialog dialog("Leave?", choices(&chosen));
    EXPECT_EQ(dialog.take(key), Then::kClose);
  }
  EXPECT_EQ(chosen, "leave leave leave cancel ");
}

TEST(ChoiceDialog, AnswersStandSideBySideOrBelowOneAnother) {
  std::string chosen;
  ChoiceDialog dialog("flow-1 is not over.", choices(&chosen));
  EXPECT_EQ(drawn(dialog, 50, 6),
            "     ┌──────────────────────────────────────┐\n"
            "     │ flow-1 is not over.                  │\n"
            "     │                                      │\n"
            "     │ l leave   c cancel flow-1   esc stay │\n"
            "     └──────────────────────────────────────┘\n"
            "\n");
  ChoiceDialog tall("flow-1 is not over.", choices(&chosen, "cancel " + std::string(20, 'x')));
  EXPECT_EQ(drawn(tall, 40, 7, true),
            "   +-------------------------------+\n"
            "   | flow-1 is not over.           |\n"
            "   |                               |\n"
            "   | l leave                       |\n"
            "   | c cancel xxxxxxxxxxxxxxxxxxxx |\n"
            "   | esc stay                      |\n"
            "   +-------------------------------+\n");
}

TEST(PromptDialog, TellsTheTextAsItGrowsAndAtItsEnd) {
  std::vector<std::string> told;
  std::string done;
  PromptDialog dialog(
      "/", "a", [&told](const std::string& text) { told.push_back(text); },
      [&done](const std::string& text) { done = text; });
  type(dialog, "bc");
  dialog.take(named(KeyName::kBackspace));
  EXPECT_EQ(told, (std::vector<std::string>{"ab", "abc", "ab"}));
  EXPECT_EQ(dialog.take(named(KeyName::kEnter)), Then::kClose);
  EXPECT_EQ(done, "ab");
}

TEST(PromptDialog, EscapeTellsThatThereIsNothing) {
  std::string told = "?";
  PromptDialog dialog(
      "/", "abc", [&told](const std::string& text) { told = text; }, [](const auto&) { ADD_FAILURE(); });
  EXPECT_EQ(dialog.take(named(KeyName::kEscape)), Then::kClose);
  EXPECT_EQ(told, "");
}

TEST(TextLine, IsEdited) {
  TextLine line("one two  ");
  EXPECT_TRUE(line.take(control('w')));
  EXPECT_EQ(line.text(), "one ");
  EXPECT_TRUE(line.take(character(0x8BAD)));
  EXPECT_TRUE(line.take(character(0x1F680)));
  EXPECT_EQ(line.text(), "one 训🚀");
  EXPECT_TRUE(line.take(named(KeyName::kBackspace)));
  EXPECT_EQ(line.text(), "one 训");  // a whole character
  EXPECT_TRUE(line.take(control('u')));
  EXPECT_EQ(line.text(), "");
  EXPECT_TRUE(line.take(named(KeyName::kBackspace)));
  EXPECT_TRUE(line.take(control('w')));
  EXPECT_EQ(line.text(), "");
}

TEST(TextLine, TakesTheFirstLineOfWhatIsPasted) {
  TextLine line("a");
  EXPECT_TRUE(line.take(Paste{"bc\ndelete everything"}));
  EXPECT_EQ(line.text(), "abc");
}

TEST(TextLine, HasABound) {
  TextLine line;
  for (int i = 0; i < 3000; ++i) line.take(character('x'));
  EXPECT_EQ(line.text().size(), 1000U);
  line.take(Paste{"more"});
  EXPECT_EQ(line.text().size(), 1000U);
}

TEST(TextLine, ShowsItsEndAndTheCursor) {
  Frame frame(10, 1);
  const TextLine line("0123456789训");
  line.draw(Pane(frame), 2, 0, {});
  EXPECT_EQ(frame.text(), "  56789训\n");
  EXPECT_TRUE(frame.at(9, 0).look.has(Attribute::kReversed));
}

std::vector<Act> acts(int* done = nullptr) {
  std::vector<Act> acts;
  for (int i = 0; i < 30; ++i) {
    acts.push_back({.key = character('a' + static_cast<std::uint32_t>(i % 26)),
                    .name = "act" + std::to_string(i),
                    .help = "does " + std::to_string(i),
                    .act = [done, i] {
                      if (done != nullptr) *done = i;
                    }});
  }
  return acts;
}

TEST(HelpDialog, ShowsKeysAndMovesByLineAndPage) {
  HelpDialog dialog("flow-1", acts());
  EXPECT_EQ(drawn(dialog, 50, 8),
            "     ┌─ keys of flow-1 ────────────────────┐\n"
            "     │ a         act0          does 0      │\n"
            "     │ b         act1          does 1      │\n"
            "     │ c         act2          does 2      │\n"
            "     │ d         act3          does 3      │\n"
            "     │                                     │\n"
            "     │ j k g G PgUp PgDn and the mouse mo… │\n"
            "     └─────────────────────────────────────┘\n");
  dialog.take(named(KeyName::kPageDown));
  dialog.take(named(KeyName::kPageDown));
  EXPECT_NE(drawn(dialog, 50, 8).find("act5"), std::string::npos);
  EXPECT_EQ(dialog.take(character('G')), Then::kStay);
  EXPECT_NE(drawn(dialog, 50, 8).find("act29"), std::string::npos);
  EXPECT_EQ(dialog.take(character('g')), Then::kStay);
  EXPECT_EQ(dialog.take(Click{.kind = Click::Kind::kWheelDown, .x = 20, .y = 3}), Then::kStay);
  EXPECT_EQ(dialog.take(Click{.kind = Click::Kind::kWheelDown, .x = 20, .y = 3}), Then::kStay);
  EXPECT_EQ(drawn(dialog, 50, 8).find("act0"), std::string::npos);  // the mouse moves as well
}

TEST(HelpDialog, ShowsWhichLineTheKeysMove) {
  HelpDialog dialog("flow-1", acts());
  dialog.take(character('j'));
  Frame frame(50, 8);
  const Theme theme = standard_theme(false);
  dialog.draw(Pane(frame), theme);
  EXPECT_EQ(frame.at(6, 2).look.back, theme.selected);
  EXPECT_NE(frame.at(6, 1).look.back, theme.selected);
}

TEST(HelpDialog, EndsAsPeopleTry) {
  for (const Key& key : {named(KeyName::kEscape), control('c'), character('q'), character('?')}) {
    HelpDialog dialog("flow-1", acts());
    EXPECT_EQ(dialog.take(key), Then::kClose) << key_text(key);
  }
}

TEST(PaletteDialog, DoesWhatIsFound) {
  int done = -1;
  const auto run = [&done](const Act& act) {
    act.act();
    done += 1000;
  };
  PaletteDialog palette(acts(&done), run);
  type(palette, "act1");
  palette.take(named(KeyName::kDown));
  EXPECT_EQ(palette.take(named(KeyName::kEnter)), Then::kClose);
  EXPECT_EQ(done, 1010);  // of act1, act10, act11 ...
}

TEST(PaletteDialog, WhatBeginsSoStandsFirst) {
  int done = -1;
  std::vector<Act> all = {{.key = character('a'), .name = "other", .help = "cancels as well", .act = [&] { done = 1; }},
                          {.key = character('b'), .name = "cancel", .help = "", .act = [&] { done = 2; }}};
  PaletteDialog dialog(all, [](const Act& act) { act.act(); });
  type(dialog, "canc");
  dialog.take(named(KeyName::kEnter));
  EXPECT_EQ(done, 2);
}

TEST(PaletteDialog, NothingFoundIsSaidAndDoesNothing) {
  PaletteDialog dialog(acts(), [](const Act&) { ADD_FAILURE(); });
  type(dialog, "zzz");
  EXPECT_NE(drawn(dialog).find("nothing is called so"), std::string::npos);
  EXPECT_EQ(dialog.take(named(KeyName::kEnter)), Then::kClose);
}

TEST(PaletteDialog, ASecondClickDoesIt) {
  int done = -1;
  PaletteDialog dialog(acts(&done), [](const Act& act) { act.act(); });
  drawn(dialog, 70, 12);
  const Click third{.x = 10, .y = 5};
  EXPECT_EQ(dialog.take(third), Then::kStay);
  EXPECT_EQ(done, -1);
  EXPECT_EQ(dialog.take(third), Then::kClose);
  EXPECT_GT(done, -1);
}

TEST(Dialogs, FitWhateverSizeThereIs) {
  for (int width = 0; width < 30; width += 3) {
    for (int height = 0; height < 8; ++height) {
      std::string chosen;
      ChoiceDialog choice("Leave?", choices(&chosen));
      drawn(choice, width, height);
      QuestionDialog question("Cancel all of the tasks that were marked?", [] {});
      PromptDialog prompt("/", "some text", {}, {});
      HelpDialog help("flow-1", acts());
      PaletteDialog palette(acts(), [](const Act&) {});
      drawn(question, width, height);
      drawn(prompt, width, height);
      drawn(help, width, height);
      drawn(palette, width, height);
    }
  }
}

TEST(FrameLines, FirstLineTellsWhereOneIsAndWhatIsLost) {
  Frame frame(60, 1);
  const Theme theme = standard_theme(false);
  draw_first_line(Pane(frame), theme, {.titles = {"workflows", "flow-1"}});
  EXPECT_EQ(frame.text(), " sennit › workflows › flow-1\n");
  draw_first_line(Pane(frame), theme, {.titles = {"workflows"}, .lost = "\033[2Jgone"});
  EXPECT_EQ(frame.text(), " sennit › workflows              no connection: \\x1b[2Jgone\n");
}

TEST(FrameLines, LastLineTellsKeysOrANotice) {
  Frame frame(30, 1);
  const Theme theme = standard_theme(false);
  const std::vector<Act> keys = {{.key = character('l'), .name = "log", .prominent = true},
                                 {.key = character('x'), .name = "hidden"},
                                 {.key = named(KeyName::kEscape), .name = "back", .prominent = true},
                                 {.key = character('z'), .name = "that does not fit any more", .prominent = true}};
  draw_last_line(Pane(frame), theme, {.acts = keys});
  EXPECT_EQ(frame.text(), " l log  esc back\n");
  draw_last_line(Pane(frame), theme, {.acts = keys, .notice = "cancelling train"});
  EXPECT_EQ(frame.text(), " cancelling train\n");
}

}  // namespace
}  // namespace sennit::tui
