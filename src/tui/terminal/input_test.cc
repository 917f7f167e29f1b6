#include "tui/terminal/input.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tui/terminal/seed_fixture.h"

namespace sennit::tui {
namespace {

using Inputs = std::vector<Input>;

Inputs read_all(std::string_view bytes) {
  InputReader reader;
  return reader.feed(bytes);
}

Inputs byte_by_byte(std::string_view bytes) {
  InputReader reader;
  Inputs out;
  for (const char& byte : bytes) {
    for (Input& input : reader.feed({&byte, 1})) out.push_back(std::move(input));
  }
  return out;
}

// So that a failure can be read.
std::string text_of(const Inputs& inputs) {
  std::string text;
  for (const Input& input : inputs) {
    if (!text.empty()) text += ' ';
    if (const Key* key = std::get_if<Key>(&input)) text += key_text(*key);
    if (const Paste* paste = std::get_if<Paste>(&input)) text += "paste(" + paste->text + ")";
    if (const Click* click = std::get_if<Click>(&input)) {
      static constexpr const char* kKinds[] = {"press", "release", "drag", "wheel-up", "wheel-down"};
      text += std::string(kKinds[static_cast<std::size_t>(click->kind)]) + std::to_string(click->button) + "@" +
              std::to_string(click->x) + "," + std::to_string(click->y);
    }
  }
  return text;
}

std::string keys(std::string_view bytes) {
  EXPECT_EQ(text_of(byte_by_byte(bytes)), text_of(read_all(bytes))) << "byte by byte";
  return text_of(read_all(bytes));
}

TEST(Keys, CharactersAreThemselves) {
  EXPECT_EQ(keys("jG/ 1"), "j G / space 1");
  EXPECT_EQ(read_all("é训🚀"), (Inputs{character(0xE9), character(0x8BAD), character(0x1F680)}));
}

TEST(Keys, ControlCharactersAreLettersWithControl) {
  EXPECT_EQ(keys("\x01\x03\x0c\x1a"), "ctrl-a ctrl-c ctrl-l ctrl-z");
  EXPECT_EQ(keys("\r\n\t\b\x7f"), "enter enter tab backspace backspace");
  EXPECT_EQ(keys(std::string_view("\0\x1c\x1f", 3)), "ctrl-space ctrl-\\ ctrl-_");
}

TEST(Keys, OfXterm) {
  EXPECT_EQ(keys("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F"), "up down right left home end");
  EXPECT_EQ(keys("\x1bOA\x1bOB\x1bOH\x1bOF\x1bOM"), "up down home end enter");  // application mode
  EXPECT_EQ(keys("\x1b[2~\x1b[3~\x1b[5~\x1b[6~"), "insert delete pgup pgdn");
  EXPECT_EQ(keys("\x1bOP\x1bOQ\x1bOR\x1bOS\x1b[15~\x1b[17~\x1b[24~"), "f1 f2 f3 f4 f5 f6 f12");
  EXPECT_EQ(keys("\x1b[Z"), "shift-tab");
}

TEST(Keys, OfTheLinuxConsole) {
  EXPECT_EQ(keys("\x1b[[A\x1b[[E\x1b[17~\x1b[1~\x1b[4~"), "f1 f5 f6 home end");
  EXPECT_EQ(keys("\x1b[[Zx"), "x");
}

TEST(Keys, OfTmuxAndScreen) {
  EXPECT_EQ(keys("\x1b[1~\x1b[4~\x1bOA\x1b[11~\x1b[7~\x1b[8~"), "home end up f1 home end");
}

TEST(Keys, ModifiersAreTold) {
  EXPECT_EQ(keys("\x1b[1;2A\x1b[1;3A\x1b[1;5A\x1b[1;8A"), "shift-up alt-up ctrl-up ctrl-alt-shift-up");
  EXPECT_EQ(keys("\x1b[5;5~\x1b[1;2P"), "ctrl-pgup shift-f1");
  EXPECT_EQ(keys("\x1bx\x1b\x03\x1b\x7f"), "alt-x ctrl-alt-c alt-backspace");
}

TEST(Keys, AltWithACharacterBeyondAscii) {
  EXPECT_EQ(byte_by_byte("\x1bé"), (Inputs{Key{.character = 0xE9, .alt = true}}));
}

TEST(Keys, EscapeAloneIsKnownOnceNothingFollows) {
  InputReader reader;
  EXPECT_TRUE(reader.feed("\x1b").empty());
  EXPECT_TRUE(reader.is_waiting());
  EXPECT_EQ(text_of(reader.quiet()), "esc");
  EXPECT_FALSE(reader.is_waiting());
  EXPECT_TRUE(reader.quiet().empty());
  EXPECT_EQ(text_of(reader.feed("[A")), "[ A");
}

TEST(Keys, TwoEscapesAreOneAndTheBeginningOfAnother) {
  InputReader reader;
  EXPECT_EQ(text_of(reader.feed("\x1b\x1b")), "esc");
  EXPECT_EQ(text_of(reader.quiet()), "esc");
  EXPECT_EQ(keys("\x1b\x1b[A"), "esc up");
}

TEST(Keys, AltWithTheBeginningOfASequenceIsKnownOnceNothingFollows) {
  InputReader reader;
  EXPECT_TRUE(reader.feed("\x1b[").empty());
  EXPECT_EQ(text_of(reader.quiet()), "alt-[");
  reader.feed("\x1bO");
  EXPECT_EQ(text_of(reader.quiet()), "alt-O");
}

TEST(Keys, WhatIsLeftOfACutSequenceIsNoKey) {
  for (const std::string_view cut : {"\x1b[1;5", "\x1b[<0;3", "\xe8\xae", "\x1b\xe8"}) {
    InputReader reader;
    EXPECT_TRUE(reader.feed(cut).empty());
    EXPECT_TRUE(reader.is_waiting());
    EXPECT_EQ(text_of(reader.quiet()), "") << cut;
    EXPECT_EQ(text_of(reader.feed("q")), "q");
  }
}

TEST(Keys, ASequenceThatIsBrokenOffDoesNotSwallowTheNext) {
  EXPECT_EQ(keys("\x1b[\x1b[A"), "up");
  EXPECT_EQ(keys("\x1b[1;\x03x"), "ctrl-c x");
  EXPECT_EQ(keys("\x1bO\x1b[A"), "alt-O up");
}

TEST(Keys, UnknownSequencesAreNothing) {
  EXPECT_EQ(keys("\x1b[99~\x1b[?1;2c\x1b[I\x1b[27;5;9~x"), "x");
  EXPECT_EQ(keys("\x1b[99999999999999999999A"), "up");
}

TEST(Keys, BytesThatAreNotUtf8AreNothing) {
  EXPECT_EQ(keys("a\xff\xc0\x80z"), "a z");
  EXPECT_EQ(keys("\xc3(q"), "( q");  // not waited for: the next key is not lost
  EXPECT_EQ(keys("\xe8\xaeq"), "q");
}

TEST(Keys, ASequenceWithoutAnEndIsGivenUp) {
  const std::string endless = "\x1b[" + std::string(200, '1');
  InputReader reader;
  reader.feed(endless);
  reader.quiet();
  EXPECT_EQ(text_of(reader.feed("q")), "q");
  keys(endless + "q");
}

TEST(Mouse, ClicksAsText) {
  EXPECT_EQ(keys("\x1b[<0;1;1M\x1b[<0;1;1m\x1b[<2;300;100M"), "press0@0,0 release0@0,0 press2@299,99");
  EXPECT_EQ(keys("\x1b[<32;5;6M\x1b[<64;5;6M\x1b[<65;5;6M"), "drag0@4,5 wheel-up0@4,5 wheel-down0@4,5");
}

TEST(Mouse, WhatNothingIsDoneOnIsLeftOut) {
  EXPECT_EQ(keys("\x1b[<35;5;6M\x1b[<66;5;6M\x1b[<67;5;6M"), "");  // moved, wheels to the side
  EXPECT_EQ(keys("\x1b[<128;5;6M\x1b[<129;5;6M"), "");             // back and forth: not the left one
  EXPECT_EQ(keys("\x1b[<0;0;1M\x1b[<0M\x1b[<;;M\x1b[<0;99999999999;1M"), "");
}

TEST(Mouse, OfTerminalsThatDoNotKnowClicksAsText) {
  EXPECT_EQ(keys("\x1b[M !!\x1b[M#!!"), "press0@0,0 release0@0,0");
  EXPECT_EQ(keys("\x1b[M`+,x"), "wheel-up0@10,11 x");
  EXPECT_EQ(keys(std::string_view("\x1b[M\x01\x02\x03x", 7)), "x");
}

TEST(Pasted, IsOneInputWhateverItHolds) {
  EXPECT_EQ(keys("\x1b[200~q\x03y\x1b[A\x1b[201~j"), "paste(q\x03y\x1b[A) j");
  EXPECT_EQ(keys("\x1b[200~\x1b[201~"), "paste()");
}

TEST(Pasted, EndCutInPiecesIsFound) {
  for (std::size_t cut = 0; cut < 7; ++cut) {
    InputReader reader;
    const std::string all = "\x1b[200~text\x1b[201~j";
    const std::size_t at = all.size() - 7 + cut;
    Inputs out = reader.feed(all.substr(0, at));
    EXPECT_TRUE(!reader.is_waiting() || reader.patience_ms() > 1000) << "what comes late belongs to it";
    for (const Input& input : reader.feed(all.substr(at))) out.push_back(input);
    EXPECT_EQ(text_of(out), "paste(text) j") << cut;
  }
}

TEST(Pasted, WhoseEndNeverComesEndsWhenNothingComesAnyMore) {
  for (const std::string_view cut : {"", "\x1b", "\x1b[20"}) {
    InputReader reader;
    EXPECT_TRUE(reader.feed("\x1b[200~text q" + std::string(cut)).empty());
    ASSERT_TRUE(reader.is_waiting());
    EXPECT_EQ(text_of(reader.quiet()), "paste(text q)");
    EXPECT_FALSE(reader.is_waiting());
    EXPECT_LT(reader.patience_ms(), 100);
    EXPECT_EQ(text_of(reader.feed("q\x1b[201~j")), "q j") << "keys are keys again, and an end that comes late is none";
  }
  InputReader reader;
  reader.feed("\x1b[200~tex\xe8\xae");
  EXPECT_EQ(text_of(reader.quiet()), "paste(tex\xe8\xae)");
}

TEST(Pasted, HasABound) {
  const std::string text(InputReader::kMostPasted + 10'000, 'x');
  const Inputs out = read_all("\x1b[200~" + text + "\x1b[201~q");
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(std::get<Paste>(out[0]).text.size(), InputReader::kMostPasted);
  EXPECT_EQ(out[1], Input(character('q')));
}

TEST(Keys, MuchTypedAtOnceIsAllRead) {
  const std::string text(400'000, 'x');  // a paste without marks
  EXPECT_EQ(read_all(text).size(), text.size());
}

TEST(Keys, WhateverComesIsTheSameByteByByte) {
  std::mt19937 random(test_seed());
  static constexpr std::string_view kPieces[] = {"\x1b", "[",         "O",    "A",    "~",        ";",      "1",
                                                 "200~", "\x1b[201~", "<",    "M",    "m",        "é",      "训",
                                                 "q",    "\x1b[200~", "\x03", "\xff", "\xe8",     "\x1b[M", "\x1b[[",
                                                 "5",    "0",         "?",    "\x80", "\x1b[<0;", "R"};
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    for (auto i = random() % 12; i > 0; --i) bytes += kPieces[random() % std::size(kPieces)];
    ASSERT_EQ(text_of(byte_by_byte(bytes)), text_of(read_all(bytes))) << testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace sennit::tui
