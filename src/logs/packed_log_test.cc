// A packed log is read as the raw one was: every line, time and place, whatever is in it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "logs/line_pattern.h"
#include "logs/log_packer.h"
#include "logs/log_reader.h"
#include "logs/log_writer.h"

namespace sennit::logs {
namespace {

constexpr Instant at(std::int64_t ms) { return Instant::from_unix_us(ms * 1000); }
const auto kAlways = [] { return true; };

class PackedLogTest : public ::testing::Test {
 protected:
  PackedLogTest() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-packed-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    places_ = {.log = dir_ + "/log", .index = dir_ + "/log.idx", .packed = dir_ + "/log.zst"};
  }
  ~PackedLogTest() override { std::filesystem::remove_all(dir_); }

  LogWriter writer() const { return LogWriter({.log = places_.log, .index = places_.index, .copy = {}}); }
  static PackOptions small() {
    return {.block_bytes = 128, .group_blocks = 8, .filter_bits = 1024, .least_filtered = 2};
  }

  // Beside the raw one, which stays.
  LogReader packed(const PackOptions& options) const {
    const UniqueFd log(::open(places_.log.c_str(), O_RDONLY));
    const UniqueFd index(::open(places_.index.c_str(), O_RDONLY));
    const std::string path = dir_ + "/beside.zst";
    const UniqueFd out(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600));
    const Result<void> done = pack_log(log.get(), index.get(), out.get(), options, kAlways);
    EXPECT_TRUE(done.ok()) << done.error().message();
    return std::move(LogReader::open(dir_ + "/none", dir_ + "/none.idx", path)).value();
  }
  LogReader raw() const { return std::move(LogReader::open(places_.log, places_.index)).value(); }

  static std::vector<std::string> lines(const LogReader& log, std::uint64_t from = 0) {
    std::vector<std::string> all;
    const Result<std::uint64_t> end = log.lines(from, LogReader::kEnd, [&](const LogLine& line) {
      all.push_back(std::to_string(line.offset) + " " + std::to_string(static_cast<int>(line.stream)) + "@" +
                    std::to_string(line.at.unix_us()) + " " + std::string(line.text) +
                    std::to_string(static_cast<int>(line.end)));
      return LogReader::Visit::kContinue;
    });
    EXPECT_TRUE(end.ok());
    return all;
  }

  void expect_alike(const PackOptions& options) {
    const LogReader was = raw();
    const LogReader is = packed(options);
    const std::uint64_t size = *was.size();
    ASSERT_EQ(*is.size(), size);
    EXPECT_EQ(*is.read(0, size), *was.read(0, size));
    EXPECT_EQ(lines(is), lines(was));
    for (std::uint64_t count : {0U, 1U, 2U, 3U, 7U, 50U, 1000U, 100000U}) {
      EXPECT_EQ(*is.start_of_last_lines(count), *was.start_of_last_lines(count)) << count;
      EXPECT_EQ(*is.start_of_last_lines(count, size / 2), *was.start_of_last_lines(count, size / 2)) << count;
    }
    const std::int64_t last = was.time_at(size).unix_us() / 1000;
    for (std::int64_t ms : {std::int64_t{0}, last / 3, last / 2, last - 1, last, last + 1}) {
      EXPECT_EQ(*is.first_line_since(at(ms)), *was.first_line_since(at(ms))) << ms;
    }
    for (std::uint64_t offset = 0; offset <= size; offset += 1 + size / 40) {
      EXPECT_EQ(is.time_at(offset), was.time_at(offset)) << offset;
      EXPECT_EQ(*is.line_start_from(offset), *was.line_start_from(offset)) << offset;
    }
  }

  std::string dir_;
  PackedPlaces places_;
};

TEST_F(PackedLogTest, LinesTimesAndPlacesAreThoseOfTheRawLog) {
  std::mt19937 random(7);  // NOLINT: the same every time
  for (int round = 0; round < 16; ++round) {
    std::filesystem::remove(places_.log);
    std::filesystem::remove(places_.index);
    LogWriter log = writer();
    const int writes = 1 + static_cast<int>(random() % 200);
    for (int i = 0; i < writes; ++i) {
      std::string text;
      const auto size = random() % 8 == 0 ? random() % 700 : random() % 30;
      for (std::size_t c = 0; c < size; ++c) text += "ab\nc\r\x1b\xc3\xa9"[random() % 8];
      if (random() % 2 == 0) text += '\n';
      log.write(static_cast<Stream>(random() % 3), at(1'000'000 + i * 3), text);
    }
    if (log.size() == 0) continue;
    expect_alike(small());
    expect_alike({});
  }
}

TEST_F(PackedLogTest, ALogWithoutIndexIsPackedToo) {
  std::ofstream(places_.log) << "one\ntwo\nthree";
  const LogReader is = packed(small());
  EXPECT_EQ(lines(is), lines(raw()));
  EXPECT_EQ(*is.first_line_since(at(5)), LogReader::kEnd);
}

// Every line that matches is found, in both forms, whatever is skipped.
TEST_F(PackedLogTest, ASearchFindsWhatIsThere) {
  LogWriter log = writer();
  std::mt19937 random(11);  // NOLINT: the same every time
  const std::vector<std::string> words = {"loss",
                                          "STEP ",
                                          "Epoch",
                                          "\r",
                                          "error: ",
                                          "42",
                                          "Kelvin \xE2\x84\xAA"
                                          "ey",
                                          "né",
                                          "lr=",
                                          "\n"};
  for (int i = 0; i < 400; ++i) log.write(static_cast<Stream>(random() % 2), at(i), words[random() % words.size()]);
  log.write(Stream::kStdout, at(9000),
            "\nneedle in the hay\n" + std::string(600, 'x') + "straddling" + std::string(400, 'y') + "\n");
  for (int i = 0; i < 300; ++i) log.write(Stream::kStdout, at(9001 + i), "the usual line\n");
  const LogReader was = raw();
  const LogReader is = packed(small());
  for (const auto& [text, letters] :
       std::initializer_list<std::pair<std::string, LetterCase>>{{"needle", LetterCase::kAsWritten},
                                                                 {"NEEDLE", LetterCase::kIgnored},
                                                                 {"NEEDLE", LetterCase::kAsWritten},
                                                                 {"(?i)NEEDLE", LetterCase::kAsWritten},
                                                                 {"(?:loss|lr=)(?P<n>42)", LetterCase::kAsWritten},
                                                                 {"(?-s)r.l", LetterCase::kAsWritten},
                                                                 {"straddling", LetterCase::kAsWritten},
                                                                 {"xstr.*gy", LetterCase::kAsWritten},
                                                                 {"loss42", LetterCase::kAsWritten},
                                                                 {"^error", LetterCase::kAsWritten},
                                                                 {"(needle|42STEP)", LetterCase::kAsWritten},
                                                                 {"key", LetterCase::kIgnored},
                                                                 {"n\xC3\x89", LetterCase::kIgnored},
                                                                 {"lr=|hay$", LetterCase::kAsWritten},
                                                                 {"x", LetterCase::kAsWritten},
                                                                 {"nowhere at all", LetterCase::kAsWritten},
                                                                 {"[0-9]{4}", LetterCase::kAsWritten}}) {
    const LinePattern pattern = std::move(LinePattern::parse(text, letters)).value();
    std::vector<std::uint64_t> expected;
    ASSERT_TRUE(was.lines(0, LogReader::kEnd, [&](const LogLine& line) {
      if (pattern.matches(last_drawn(line.text))) expected.push_back(line.offset);
      return LogReader::Visit::kContinue;
    }));
    for (const LogReader* reader : {&was, &is}) {
      std::vector<std::uint64_t> found;
      const std::uint64_t size = *reader->size();
      for (std::uint64_t offset = 0; offset < size;) {
        offset = *pattern.skip(*reader, offset, size, 1000);
        offset = *reader->lines(offset, size, [&](const LogLine& line) {
          if (pattern.matches(last_drawn(line.text))) found.push_back(line.offset);
          return LogReader::Visit::kStop;
        });
      }
      EXPECT_EQ(found, expected) << text;
    }
  }
}

TEST_F(PackedLogTest, ARareWordIsFoundWithoutReadingTheRest) {
  LogWriter log = writer();
  for (int i = 0; i < 2000; ++i) log.write(Stream::kStdout, at(i), "step " + std::to_string(i % 10) + " as usual\n");
  log.write(Stream::kStdout, at(3000), "CUDA out of memory\n");
  for (int i = 0; i < 2000; ++i)
    log.write(Stream::kStdout, at(4000 + i), "step " + std::to_string(i % 10) + " as usual\n");
  const LogReader is = packed({.block_bytes = 1024, .group_blocks = 16, .filter_bits = 4096, .least_filtered = 2});
  const LinePattern pattern = std::move(LinePattern::parse("cuda out", LetterCase::kIgnored)).value();
  // With nothing to be read: only blocks are skipped.
  const std::uint64_t first = *pattern.skip(is, 0, *is.size(), 1);
  EXPECT_GT(first, 30'000U);
  EXPECT_LE(first, 2000U * 16 + 10);
}

TEST_F(PackedLogTest, APatternThatIsNoneSaysWhy) {
  const auto pattern = LinePattern::parse("(foo", LetterCase::kAsWritten);
  ASSERT_FALSE(pattern.ok());
  EXPECT_EQ(pattern.error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(pattern.error().message(), "missing ): (foo");
}

TEST_F(PackedLogTest, ItTakesThePlaceOfTheRawLog) {
  {
    LogWriter log = writer();
    for (int i = 0; i < 5000; ++i) log.write(Stream::kStderr, at(i * 2), "a line like all the others\n");
  }
  LogReader before = raw();
  const std::vector<std::string> expected = lines(before);
  const Result<std::uint64_t> freed = replace_by_packed(places_, {}, kAlways);
  ASSERT_TRUE(freed.ok()) << freed.error().message();
  EXPECT_GT(*freed, 100'000U);
  EXPECT_FALSE(std::filesystem::exists(places_.log));
  EXPECT_FALSE(std::filesystem::exists(places_.index));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_), {}), 1);
  EXPECT_EQ(lines(before), expected);  // whoever has it open goes on
  EXPECT_EQ(lines(std::move(LogReader::open(places_.log, places_.index, places_.packed)).value()), expected);
  EXPECT_EQ(*replace_by_packed(places_, {}, kAlways), 0U);  // once more: nothing to do
}

TEST_F(PackedLogTest, WhatIsToldToStopLeavesTheRawLog) {
  {
    LogWriter log = writer();
    log.write(Stream::kStdout, at(1), std::string(100'000, 'x'));
  }
  const Result<std::uint64_t> stopped = replace_by_packed(places_, {}, [] { return false; });
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code(), ErrorCode::kCancelled);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_), {}), 2);
}

TEST_F(PackedLogTest, ARunThatIsRemovedMeanwhileIsGone) {
  {
    LogWriter log = writer();
    log.write(Stream::kStdout, at(1), std::string(100'000, 'x'));
  }
  const Result<std::uint64_t> freed = replace_by_packed(places_, {}, [this] {
    std::filesystem::remove_all(dir_);
    return true;
  });
  EXPECT_TRUE(freed.ok() && *freed == 0);
  EXPECT_FALSE(std::filesystem::exists(dir_));
}

// Where the packer was killed between the name and the removal both are there.
TEST_F(PackedLogTest, OfBothTheRawLogCounts) {
  LogWriter log = writer();
  log.write(Stream::kStdout, at(1), "raw\n");
  std::ofstream(places_.packed) << "not even a packed log";
  EXPECT_EQ(lines(std::move(LogReader::open(places_.log, places_.index, places_.packed)).value()), lines(raw()));
}

TEST_F(PackedLogTest, DamageIsAnErrorAndNoCrash) {
  {
    LogWriter log = writer();
    for (int i = 0; i < 300; ++i) log.write(static_cast<Stream>(i % 2), at(i), "line " + std::to_string(i) + "\n");
  }
  ASSERT_TRUE(replace_by_packed(places_, small(), kAlways).ok());
  std::string bytes;
  {
    std::ifstream in(places_.packed, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  std::mt19937 random(3);  // NOLINT: the same every time
  for (int round = 0; round < 300; ++round) {
    std::string changed = bytes;
    if (round % 3 == 0) {
      changed.resize(random() % changed.size());
    } else {
      changed[random() % changed.size()] ^= static_cast<char>(1 + random() % 255);
    }
    std::ofstream(places_.packed, std::ios::binary | std::ios::trunc) << changed;
    const auto reader = LogReader::open(places_.log, places_.index, places_.packed);
    if (!reader) continue;
    static_cast<void>(reader->lines(0, LogReader::kEnd, [](const LogLine&) { return LogReader::Visit::kContinue; }));
    static_cast<void>(reader->start_of_last_lines(5));
    static_cast<void>(reader->first_line_since(at(100)));
  }
}

}  // namespace
}  // namespace sennit::logs
