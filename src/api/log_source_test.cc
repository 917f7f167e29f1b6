#include "api/log_source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "logs/log_writer.h"

namespace sennit::api {
namespace {

class LogSourceTest : public testing::Test {
 protected:
  LogSourceTest() : layout_(logs::run_layout(runs_dir(), "train", 0)) {
    std::filesystem::remove_all(layout_.dir);
    writer_.emplace(logs::LogPlaces{.log = layout_.log, .index = layout_.index});
  }
  ~LogSourceTest() override { std::filesystem::remove_all(runs_dir()); }

  // Of this process alone: tests run side by side.
  static std::string runs_dir() { return testing::TempDir() + "/log_source_test_" + std::to_string(::getpid()); }

  void write(std::string_view text) { writer_->write(logs::Stream::kStdout, Instant::from_unix_us(1'000'000), text); }

  static std::string take(LogSource& source, LogSource::Growth growth) {
    std::string out;
    while (source.take(out, 64, growth) == LogSource::State::kMore) {
    }
    return out;
  }

  logs::RunLayout layout_;
  std::optional<logs::LogWriter> writer_;
};

TEST_F(LogSourceTest, NothingWrittenIsNothingToTake) {
  LogSource source(layout_, {}, {});
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "");
}

TEST_F(LogSourceTest, RawTextPassesAsItGrows) {
  LogSource source(layout_, {}, {});
  write("half a li");
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "half a li");
  write("ne\n");
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "ne\n");
}

TEST_F(LogSourceTest, LabelledLinesWaitForTheirEnd) {
  LogSource source(layout_, {.label = "[train] "}, {});
  write("one\ntw");
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "[train] one\n");
  write("o");
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "");
  EXPECT_EQ(take(source, LogSource::Growth::kComplete), "[train] two\n");
}

TEST_F(LogSourceTest, TimestampsStandInFront) {
  LogSource source(layout_, {.timestamps = Timestamps::kOn}, {});
  write("x\n");
  EXPECT_EQ(take(source, LogSource::Growth::kComplete), "1970-01-01T00:00:01.000000Z stdout x\n");
}

TEST_F(LogSourceTest, LastLinesOnly) {
  LogSource source(layout_, {}, {.last_lines = 2});
  write("a\nb\nc\n");
  EXPECT_EQ(take(source, LogSource::Growth::kComplete), "b\nc\n");
}

TEST_F(LogSourceTest, ManyLinesComeWholeInPieces) {
  LogSource source(layout_, {.label = "> "}, {});
  std::string want;
  for (int i = 0; i < 500; ++i) {
    write(std::to_string(i) + "\n");
    want += "> " + std::to_string(i) + "\n";
  }
  EXPECT_EQ(take(source, LogSource::Growth::kComplete), want);
}

TEST_F(LogSourceTest, MatchesWithTheirSurroundings) {
  for (int i = 0; i < 200; ++i) write(std::to_string(i) + "\n");
  const auto shown = [this](std::string_view pattern, std::uint32_t context, std::optional<std::uint64_t> tail = {}) {
    LogSelection selection{.last_lines = tail, .context = context};
    selection.pattern = std::make_shared<const logs::LinePattern>(
        std::move(logs::LinePattern::parse(pattern, logs::LetterCase::kAsWritten)).value());
    LogSource source(layout_, {}, selection);
    return take(source, LogSource::Growth::kComplete);
  };
  EXPECT_EQ(shown("^1?50$", 0), "50\n150\n");
  EXPECT_EQ(shown("^1?50$", 1), "49\n50\n51\n--\n149\n150\n151\n");
  EXPECT_EQ(shown("^(50|53)$", 1), "49\n50\n51\n52\n53\n54\n");
  EXPECT_EQ(shown("^(50|52)$", 1), "49\n50\n51\n52\n53\n");
  EXPECT_EQ(shown("^[0199]+$", 0, 2), "191\n199\n");
  EXPECT_EQ(shown("x", 3), "");
}

TEST_F(LogSourceTest, OneStreamOnly) {
  writer_->write(logs::Stream::kStdout, Instant::from_unix_us(1), "a");
  writer_->write(logs::Stream::kStderr, Instant::from_unix_us(2), "E1\nE2\n");
  writer_->write(logs::Stream::kStdout, Instant::from_unix_us(3), "b\nc");
  const auto shown = [this](LogSelection selection, LineFormat format = {}) {
    LogSource source(layout_, std::move(format), std::move(selection));
    return take(source, LogSource::Growth::kComplete);
  };
  EXPECT_EQ(shown({.stream = logs::Stream::kStdout}), "ab\nc");
  EXPECT_EQ(shown({.stream = logs::Stream::kStderr}), "E1\nE2\n");
  EXPECT_EQ(shown({.last_lines = 1, .stream = logs::Stream::kStderr}), "E2\n");
  EXPECT_EQ(shown({.stream = logs::Stream::kStderr}, {.label = "> "}), "> E1\n> E2\n");
}

TEST_F(LogSourceTest, ATimeRange) {
  const auto at = [](int second) { return Instant::from_unix_us(second * 1'000'000); };
  for (int i = 1; i <= 5; ++i) writer_->write(logs::Stream::kStdout, at(i), std::to_string(i) + "\n");
  const auto shown = [this](Instant since, Instant until, std::optional<std::uint64_t> tail = {}) {
    LogSource source(layout_, {}, {.last_lines = tail, .since = since, .until = until});
    return take(source, LogSource::Growth::kGrowing);
  };
  EXPECT_EQ(shown(at(3), {}), "3\n4\n5\n");
  EXPECT_EQ(shown({}, at(3)), "1\n2\n3\n");
  EXPECT_EQ(shown(at(2), at(4), 2), "3\n4\n");
  EXPECT_EQ(shown(at(6), {}), "");
  LogSource later(layout_, {}, {.since = at(6)});
  EXPECT_EQ(take(later, LogSource::Growth::kGrowing), "");
  writer_->write(logs::Stream::kStdout, at(7), "7\n");
  EXPECT_EQ(take(later, LogSource::Growth::kGrowing), "7\n");
  LogSource until(layout_, {}, {.until = at(5)});
  std::string out;
  EXPECT_EQ(until.take(out, 1000, LogSource::Growth::kGrowing), LogSource::State::kOver);
}

TEST_F(LogSourceTest, OsmoLines) {
  writer_->write(logs::Stream::kStdout, Instant::from_unix_us(1'795'291'600'150'000), "hello\n\n");
  writer_->write(logs::Stream::kNote, Instant::from_unix_us(1'795'291'601'000'000), "[sennit] 3 files\n\n");
  LogSource source(layout_, {.label = "[train retry-1]", .form = LogForm::kOsmo}, {});
  EXPECT_EQ(take(source, LogSource::Growth::kComplete),
            "2026/11/21 20:06:40 [train retry-1] hello\n2026/11/21 20:06:40 [train retry-1] \n"
            "2026/11/21 20:06:41 [train retry-1][osmo] 3 files\n");
}

// However it is cut off, what comes then is what would have come.
TEST_F(LogSourceTest, AnotherSourceGoesOnWhereOneWas) {
  for (int i = 0; i < 300; ++i) {
    writer_->write(i % 3 == 0 ? logs::Stream::kStderr : logs::Stream::kStdout, Instant::from_unix_us(1000LL * i),
                   std::to_string(i) + (i % 5 == 0 ? "" : "\n"));
  }
  std::vector<LogSelection> selections = {{}, {.last_lines = 20}, {.stream = logs::Stream::kStdout}};
  for (const std::uint32_t context : {0U, 1U, 3U}) {
    LogSelection selection{.last_lines = 40, .since = Instant::from_unix_us(50'000), .context = context};
    selection.pattern = std::make_shared<const logs::LinePattern>(
        std::move(logs::LinePattern::parse("[27]3?$", logs::LetterCase::kAsWritten)).value());
    selections.push_back(selection);
  }
  for (const LogSelection& selection : selections) {
    for (const LineFormat& format : {LineFormat{}, LineFormat{.label = "[t] "}}) {
      LogSource whole(layout_, format, selection);
      const std::string want = take(whole, LogSource::Growth::kComplete);
      for (const std::size_t piece : {1U, 7U, 40U}) {
        std::string got;
        std::optional<LogPlace> place;
        for (int calls = 0; calls < 5000; ++calls) {
          LogSource source(layout_, format, selection);
          if (place) source.go_on(*place);
          if (source.take(got, piece, LogSource::Growth::kComplete) != LogSource::State::kMore) break;
          place = source.place();
        }
        EXPECT_EQ(got, want) << piece;
      }
    }
  }
}

}  // namespace
}  // namespace sennit::api
