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
  LogSource source(layout_, {}, std::nullopt);
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "");
}

TEST_F(LogSourceTest, RawTextPassesAsItGrows) {
  LogSource source(layout_, {}, std::nullopt);
  write("half a li");
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "half a li");
  write("ne\n");
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "ne\n");
}

TEST_F(LogSourceTest, LabelledLinesWaitForTheirEnd) {
  LogSource source(layout_, {.label = "[train] "}, std::nullopt);
  write("one\ntw");
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "[train] one\n");
  write("o");
  EXPECT_EQ(take(source, LogSource::Growth::kGrowing), "");
  EXPECT_EQ(take(source, LogSource::Growth::kComplete), "[train] two\n");
}

TEST_F(LogSourceTest, TimestampsStandInFront) {
  LogSource source(layout_, {.timestamps = Timestamps::kOn}, std::nullopt);
  write("x\n");
  EXPECT_EQ(take(source, LogSource::Growth::kComplete), "1970-01-01T00:00:01.000000Z stdout x\n");
}

TEST_F(LogSourceTest, LastLinesOnly) {
  LogSource source(layout_, {}, 2);
  write("a\nb\nc\n");
  EXPECT_EQ(take(source, LogSource::Growth::kComplete), "b\nc\n");
}

TEST_F(LogSourceTest, ManyLinesComeWholeInPieces) {
  LogSource source(layout_, {.label = "> "}, std::nullopt);
  std::string want;
  for (int i = 0; i < 500; ++i) {
    write(std::to_string(i) + "\n");
    want += "> " + std::to_string(i) + "\n";
  }
  EXPECT_EQ(take(source, LogSource::Growth::kComplete), want);
}

}  // namespace
}  // namespace sennit::api
