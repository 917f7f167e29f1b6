// The log's writer and reader together: what is written is what is read.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "logs/log_reader.h"
#include "logs/log_writer.h"

namespace sennit::logs {
namespace {

constexpr Instant at(std::int64_t ms) { return Instant::from_unix_us(ms * 1000); }

class LogTest : public ::testing::Test {
 protected:
  LogTest() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-log-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    places_ = {.log = dir_ + "/a/b/log", .index = dir_ + "/a/b/log.idx", .copy = {}};
  }
  ~LogTest() override { std::filesystem::remove_all(dir_); }

  LogReader reader() const { return std::move(LogReader::open(places_.log, places_.index)).value(); }

  // Every line as "<stream>@<ms> <text><end>".
  std::vector<std::string> lines_from(std::uint64_t offset) const {
    std::vector<std::string> lines;
    const Result<std::uint64_t> end = reader().lines(offset, ~std::uint64_t{0}, [&](const LogLine& line) {
      constexpr std::string_view kEnds = ".+~";
      lines.push_back(std::to_string(static_cast<int>(line.stream)) + "@" + std::to_string(line.at.unix_us() / 1000) +
                      " " + std::string(line.text) + kEnds[static_cast<std::size_t>(line.end)]);
      return LogReader::Visit::kContinue;
    });
    EXPECT_TRUE(end.ok());
    return lines;
  }
  static std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string dir_;
  LogPlaces places_;
};

using Lines = std::vector<std::string>;

TEST_F(LogTest, NothingIsMadeBeforeTheFirstByte) {
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(1), "");
  writer.finish(at(2));
  EXPECT_FALSE(std::filesystem::exists(dir_ + "/a"));
  EXPECT_EQ(LogReader::open(places_.log, places_.index).error().code(), ErrorCode::kNotFound);
}

TEST_F(LogTest, LinesKeepStreamAndTime) {
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(10), "one\ntwo\n");
  writer.write(Stream::kStderr, at(20), "oops\n");
  writer.write(Stream::kStdout, at(30), "three\n");
  EXPECT_EQ(lines_from(0), (Lines{"0@10 one.", "0@10 two.", "1@20 oops.", "0@30 three."}));
  EXPECT_EQ(lines_from(4), (Lines{"0@10 two.", "1@20 oops.", "0@30 three."}));
}

TEST_F(LogTest, BytesOfOneMomentShareARecord) {
  LogWriter writer(places_);
  for (int i = 0; i < 100; ++i) writer.write(Stream::kStdout, Instant::from_unix_us(5000 + i), "x\n");
  EXPECT_EQ(std::filesystem::file_size(places_.index), kIndexHeaderBytes + kIndexRecordBytes);
}

TEST_F(LogTest, LineSplitOverWritesIsOne) {
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(10), "half ");
  writer.write(Stream::kStdout, at(20), "whole\nopen");
  EXPECT_EQ(lines_from(0), (Lines{"0@10 half whole.", "0@20 open~"}));
}

TEST_F(LogTest, OtherStreamCutsALine) {
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(10), "out");
  writer.write(Stream::kStderr, at(11), "err\n");
  writer.write(Stream::kStdout, at(12), "put\n");
  EXPECT_EQ(lines_from(0), (Lines{"0@10 out+", "1@11 err.", "0@12 put."}));
}

TEST_F(LogTest, EndlessLineIsCutAtTheLimit) {
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(1), std::string(LogReader::kMaxLineBytes + 5, 'x'));
  const Lines lines = lines_from(0);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].size(), LogReader::kMaxLineBytes + std::string("0@1 +").size());
  EXPECT_EQ(lines[1], "0@1 xxxxx~");
}

TEST_F(LogTest, BytesAreKeptWhateverTheyAre) {
  std::string bytes("\0\xff\r\n\x80", 5);
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(1), bytes);
  EXPECT_EQ(*reader().read(0, 100), bytes);
  EXPECT_EQ(*reader().read(1, 2), bytes.substr(1, 2));
  EXPECT_EQ(*reader().read(5, 10), "");
}

TEST_F(LogTest, LastLinesAreFoundFromTheEnd) {
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(1), "a\nbb\nccc\n");
  EXPECT_EQ(*reader().start_of_last_lines(0), 9U);
  EXPECT_EQ(*reader().start_of_last_lines(1), 5U);
  EXPECT_EQ(*reader().start_of_last_lines(2), 2U);
  EXPECT_EQ(*reader().start_of_last_lines(3), 0U);
  EXPECT_EQ(*reader().start_of_last_lines(99), 0U);
  writer.write(Stream::kStdout, at(1), "open");
  EXPECT_EQ(*reader().start_of_last_lines(1), 9U);
  EXPECT_EQ(*reader().start_of_last_lines(2), 5U);
}

TEST_F(LogTest, LastLinesOfALongLogAreFound) {
  LogWriter writer(places_);
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + "\n";
  writer.write(Stream::kStdout, at(1), text);
  const std::uint64_t start = *reader().start_of_last_lines(50'000);
  EXPECT_EQ(reader().read(start, 6).value(), "50000\n");
}

TEST_F(LogTest, TornIndexCostsOnlyItsEnd) {
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(10), "one\n");
  writer.write(Stream::kStderr, at(20), "two\n");
  std::filesystem::resize_file(places_.index, kIndexHeaderBytes + kIndexRecordBytes + 7);
  EXPECT_EQ(lines_from(0), (Lines{"0@10 one.", "0@10 two."}));
  std::filesystem::remove(places_.index);
  EXPECT_EQ(lines_from(0), (Lines{"0@0 one.", "0@0 two."}));
}

TEST_F(LogTest, IndexOfManyRecordsIsSearched) {
  LogWriter writer(places_);
  for (int i = 0; i < 10'000; ++i) {
    writer.write(i % 2 == 0 ? Stream::kStdout : Stream::kStderr, at(i + 1), std::to_string(10'000 + i) + "\n");
  }
  const Lines lines = lines_from(6 * 9'998);
  EXPECT_EQ(lines, (Lines{"0@9999 19998.", "1@10000 19999."}));
}

TEST_F(LogTest, CopyGetsTheSameBytesAndIsAppendedTo) {
  places_.copy = dir_ + "/job/job.log";
  LogWriter(places_).write(Stream::kStdout, at(1), "first\n");
  LogWriter(places_).write(Stream::kStderr, at(2), "second\n");
  EXPECT_EQ(slurp(places_.copy), "first\nsecond\n");
}

TEST_F(LogTest, FailingCopyLeavesTheLogAlone) {
  places_.copy = "/dev/full";
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(1), "kept\n");
  EXPECT_EQ(slurp(places_.log), "kept\n");
  EXPECT_NE(writer.summary().why_copy_stopped, "");
  EXPECT_EQ(writer.summary().lost, 0U);
}

TEST_F(LogTest, UnwritablePlaceLosesBytesAndCountsThem) {
  places_.log = "/dev/full";
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(1), "gone\n");
  writer.write(Stream::kStdout, at(2), "too\n");
  EXPECT_EQ(writer.summary().lost, 9U);
  EXPECT_EQ(writer.summary().why_lost, "No space left on device");
}

TEST_F(LogTest, GapIsSaidOnceWritingWorksAgain) {
  ::mkdir((dir_ + "/a").c_str(), 0700);
  std::ofstream(dir_ + "/a/b") << "a file in the way";
  LogWriter writer(places_);
  writer.write(Stream::kStdout, at(1), "gone\n");
  std::filesystem::remove(dir_ + "/a/b");
  writer.write(Stream::kStdout, at(2), "back\n");
  EXPECT_EQ(slurp(places_.log), "\n[sennit] 5 bytes of output could not be written here: Not a directory\nback\n");
  EXPECT_EQ(lines_from(1),
            (Lines{"2@2 [sennit] 5 bytes of output could not be written here: Not a directory.", "0@2 back."}));
}

}  // namespace
}  // namespace sennit::logs
