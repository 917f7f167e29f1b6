#include "api/log_reading.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <sstream>

#include "logs/log_writer.h"
#include "model/workflow_builder.h"

namespace sennit::api {
namespace {

class LogReadingTest : public testing::Test {
 protected:
  LogReadingTest() : runs_(testing::TempDir() + "/log_reading_test_" + std::to_string(::getpid())) {
    std::filesystem::remove_all(runs_);
    WorkflowBuilder builder;
    for (const char* name : {"a", "b", "c"}) {
      builder.begin_group(name);
      builder.add_task(name, {}, {}, {}, true);
    }
    spec_ = std::make_shared<const Workflow>(std::move(builder).finish().value());
  }
  ~LogReadingTest() override { std::filesystem::remove_all(runs_); }

  void write(const std::string& task, std::uint32_t number, int ms, std::string_view text) {
    auto& writer = writers_[task + std::to_string(number)];
    if (!writer) {
      const logs::RunLayout layout = logs::run_layout(runs_, task, number);
      writer = std::make_unique<logs::LogWriter>(logs::LogPlaces{.log = layout.log, .index = layout.index, .copy = {}});
    }
    writer->write(logs::Stream::kStdout, Instant::from_unix_us(1'000'000 + ms * 1000LL), text);
  }

  static LogReading::Attempt attempt(std::uint32_t task, std::uint32_t number = 0) { return {TaskIndex(task), number}; }
  static std::string take(LogReading& reading) {
    std::string text;
    while (reading.has_work()) text += reading.take().text;
    return text;
  }

  std::string runs_;
  std::shared_ptr<const Workflow> spec_;  // shared as the engine does
  std::map<std::string, std::unique_ptr<logs::LogWriter>> writers_;
};

TEST_F(LogReadingTest, OneAfterTheOtherOrMergedByTime) {
  write("a", 0, 1, "a1\n");
  write("b", 0, 2, "b2\n");
  write("a", 0, 3, "a3\n");
  write("b", 0, 4, "b4\n");
  write("a", 1, 5, "again\n");
  for (const bool merged : {false, true}) {
    LogQuery query;
    query.merged = merged;
    LogReading reading(spec_, runs_, query);
    for (const auto& one : {attempt(0), attempt(0, 1), attempt(1), attempt(2)})
      reading.list(one, LogReading::Phase::kOver);
    EXPECT_EQ(take(reading), merged ? "[a] a1\n[b] b2\n[a] a3\n[b] b4\n[a retry-1] again\n"
                                    : "[a] a1\n[a] a3\n[a retry-1] again\n[b] b2\n[b] b4\n");
    EXPECT_TRUE(reading.is_over());
  }
}

TEST_F(LogReadingTest, WhatGoesOnIsFollowed) {
  for (const bool merged : {false, true}) {
    const std::uint32_t first = merged ? 2 : 0;  // attempts of their own
    LogQuery query;
    query.follow = true;
    query.merged = merged;
    LogReading reading(spec_, runs_, query);
    write("a", first, 1, "one\nhalf");
    reading.list(attempt(0, first), LogReading::Phase::kGoesOn);
    const std::string label = merged ? "[a retry-2] " : "[a] ";
    EXPECT_EQ(take(reading), label + "one\n");
    EXPECT_FALSE(reading.is_over());
    write("a", first, 2, " a line\n");
    reading.grow(attempt(0, first));
    EXPECT_EQ(take(reading), label + "half a line\n");
    reading.begin(attempt(1, first));
    write("b", first, 3, "late");
    reading.grow(attempt(1, first));
    EXPECT_EQ(take(reading), "");
    reading.end(attempt(1, first));
    EXPECT_EQ(take(reading), merged ? "[b retry-2] late\n" : "[b] late\n");
    EXPECT_FALSE(reading.is_over());
    reading.end(attempt(0, first));
    EXPECT_EQ(take(reading), "");
    EXPECT_TRUE(reading.is_over());
  }
}

// The frames of a stream: what they show, and the cursor that they leave.
struct Frames {
  std::string shown;
  std::map<std::string, std::string> places;

  void take(std::string_view text, std::size_t most) {
    while (!text.empty() && most-- > 0) {
      const std::size_t newline = text.find('\n');
      std::istringstream header{std::string(text.substr(0, newline))};
      std::size_t bytes = 0;
      std::string task;
      std::string number;
      std::string rest;
      header >> bytes >> task >> number;
      std::getline(header, rest);
      shown += text.substr(newline + 1, bytes);
      places[task + " " + number] = rest;
      text.remove_prefix(newline + 1 + bytes);
    }
  }
  std::string cursor() const {
    std::string text;
    for (const auto& [whose, place] : places) text += whose + place + "\n";
    return text;
  }
};

// Whenever the connection is lost: nothing is shown twice and nothing is left out, whatever was asked for.
TEST_F(LogReadingTest, AClientGoesOnBehindWhatItHas) {
  std::mt19937 random(5);  // NOLINT: the same every time
  for (int ms = 0; ms < 400; ++ms) {
    const std::string task(1, static_cast<char>('a' + random() % 3));
    write(task, random() % 2, ms, "line " + std::to_string(ms) + (random() % 9 == 0 ? "" : "\n"));
  }
  for (const bool merged : {false, true}) {
    for (const bool filtered : {false, true}) {
      LogQuery query;
      query.merged = merged;
      query.framed = true;
      if (filtered) {
        query.lines.context = 2;
        query.lines.last_lines = 100;
        query.lines.pattern = std::make_shared<const logs::LinePattern>(
            std::move(logs::LinePattern::parse("7", logs::LetterCase::kAsWritten)).value());
      }
      const auto stream = [&](const std::string& cursor) {
        LogQuery behind = query;
        behind.from = LogCursor::parse(cursor).value();
        LogReading reading(spec_, runs_, behind);
        for (std::uint32_t task = 0; task < 3; ++task) {
          for (const std::uint32_t number : {0U, 1U}) reading.list(attempt(task, number), LogReading::Phase::kOver);
        }
        return take(reading);
      };
      Frames whole;
      whole.take(stream(""), ~std::size_t{0});
      EXPECT_FALSE(whole.shown.empty());
      // A merge reads ahead only what is not shown, so it can be cut between any two frames.
      Frames cut;
      for (int round = 0; round < 2000; ++round) {
        const std::string rest = stream(cut.cursor());
        if (rest.empty()) break;
        cut.take(rest, 1 + random() % 4);
      }
      EXPECT_EQ(cut.shown, whole.shown) << merged << filtered;
    }
  }
}

TEST_F(LogReadingTest, ACursorOfAnotherKindIsRefused) {
  for (const char* text : {"x", "1 2", "1 2 3 4 5", "1 2 3 4 5 6 7", "-1 0 done", "1-x 0 done"}) {
    EXPECT_FALSE(LogCursor::parse(text).ok()) << text;
  }
  const LogCursor cursor = LogCursor::parse("0-3 0 done\n7 0 done\n5 1 10 9 8 7\n").value();
  EXPECT_TRUE(cursor.is_done(TaskIndex(3), 0));
  EXPECT_TRUE(cursor.is_done(TaskIndex(7), 0));
  EXPECT_FALSE(cursor.is_done(TaskIndex(4), 0));
  EXPECT_FALSE(cursor.is_done(TaskIndex(3), 1));
  EXPECT_EQ(cursor.place(TaskIndex(5), 1), (LogPlace{.next = 10, .printed = 9, .start = 8, .after = 7}));
}

}  // namespace
}  // namespace sennit::api
