#include "progress/parsers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sennit::progress {
namespace {

std::string text_of(const Readings& readings) {
  std::string text;
  for (const Reading& one : readings) text += fmt::format("{}{}={:g}", text.empty() ? "" : " ", one.name, one.value);
  return text;
}

std::string read(std::string_view line, Kind kind) {
  Readings readings;
  std::string scratch;
  read_line(line, kind, scratch, readings);
  return text_of(readings);
}

std::string told(std::string_view line) {
  Readings readings;
  std::string scratch;
  read_told(line, scratch, readings);
  return text_of(readings);
}

constexpr std::array kKinds = {Kind::kCommand, Kind::kTraining, Kind::kEvaluation, Kind::kInference, Kind::kOtherVerb};

TEST(Parsers, EverySampleGivesWhatItsRowSays) {
  for (const Parser& parser : parsers()) {
    for (const Sample& sample : parser.samples) {
      for (const Kind kind : kKinds) {
        if (!parser.is_for(kind) || (kind == Kind::kOtherVerb && sample.readings.empty() && parser.kinds == 0x1f)) {
          continue;  // a fraction may be read from what is no bar
        }
        EXPECT_EQ(read(sample.line, kind), sample.readings)
            << "a line of '" << parser.name << "' by a program of kind " << to_string(kind) << ":\n  " << sample.line;
      }
    }
  }
}

TEST(Parsers, EveryRowHasLinesThatGiveSomethingAndLinesThatGiveNothing) {
  for (const Parser& parser : parsers()) {
    bool gives = false;
    bool gives_nothing = false;
    for (const Sample& sample : parser.samples) (sample.readings.empty() ? gives_nothing : gives) = true;
    EXPECT_TRUE(gives && gives_nothing) << parser.name;
  }
}

TEST(Parsers, EveryVerbHasItsKind) {
  EXPECT_EQ(kind_of(""), Kind::kCommand);
  EXPECT_EQ(kind_of("train"), Kind::kTraining);
  EXPECT_EQ(kind_of("tune"), Kind::kTraining);
  EXPECT_EQ(kind_of("evaluate"), Kind::kEvaluation);
  EXPECT_EQ(kind_of("eval"), Kind::kEvaluation);
  EXPECT_EQ(kind_of("infer"), Kind::kInference);
  for (const char* verb : {"quantize", "synth", "synthesize", "judge", "mine"})
    EXPECT_EQ(kind_of(verb), Kind::kOtherVerb);
}

TEST(Parsers, WhatIsToldIsTakenWhateverItIsCalled) {
  EXPECT_EQ(told(R"({"step": 1, "total": 4, "reward": -0.5, "sizes": {"queue": 3}})"),
            "step=1 total=4 reward=-0.5 sizes.queue=3");
  EXPECT_EQ(told(R"(  {"x": 1} )"), "x=1");
  EXPECT_EQ(told("step 1"), "");
  EXPECT_EQ(told(R"({"x": 1)"), "");
  EXPECT_EQ(told(""), "");
}

TEST(Parsers, AnyCutOfAnySampleDoesNoHarm) {
  for (const Parser& parser : parsers()) {
    for (const Sample& sample : parser.samples) {
      for (std::size_t begin = 0; begin < sample.line.size(); ++begin) {
        for (std::size_t length = 1; begin + length <= sample.line.size(); length += 3) {
          for (const Kind kind : kKinds) read(sample.line.substr(begin, length), kind);
          told(sample.line.substr(begin, length));
        }
      }
    }
  }
}

TEST(Parsers, ManyNumbersOfOneLineAreBounded) {
  std::string line = "{'loss': 1";
  for (int i = 0; i < 1000; ++i) line += fmt::format(", 'metric{}': {}", i, i);
  Readings readings;
  std::string scratch;
  read_told(line + "}", scratch, readings);
  EXPECT_GT(readings.size(), 40U);
  EXPECT_LT(readings.size(), 100U);
}

}  // namespace
}  // namespace sennit::progress
