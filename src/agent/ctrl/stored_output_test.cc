#include "agent/ctrl/stored_output.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sennit::agent {
namespace {

class StoredOutputTest : public testing::Test {
 protected:
  StoredOutputTest() {
    std::string name = (std::filesystem::temp_directory_path() / "stored-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
  }
  ~StoredOutputTest() override { std::filesystem::remove_all(dir_); }

  logs::LogPlaces places() const { return {.log = path("log"), .index = path("log.idx"), .copy = ""}; }
  std::string path(const char* name) const { return dir_ / name; }
  StoredOutput open() { return StoredOutput::open(places(), path("taken")).value(); }
  std::string log() const {
    std::ifstream in(path("log"), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void append_to_log(std::string_view text) const {
    std::ofstream(path("log"), std::ios::binary | std::ios::app).write(text.data(), static_cast<long>(text.size()));
  }
  static void write(StoredOutput& output, std::string_view text) {
    output.write({.position = output.position(), .at = Instant::from_unix_us(++time_), .bytes = text});
  }

  static inline std::int64_t time_ = 1'700'000'000'000'000;
  std::filesystem::path dir_;
};

TEST_F(StoredOutputTest, GoesOnWhereAnotherWriterWas) {
  {
    StoredOutput first = open();
    first.begin(7);
    write(first, "abc");
  }
  StoredOutput second = open();
  EXPECT_EQ(second.session(), 7U);
  EXPECT_EQ(second.position(), 3U);
  write(second, "def");
  EXPECT_EQ(log(), "abcdef");
}

// Killed between the log and the record: what the record does not know comes again, so it goes.
TEST_F(StoredOutputTest, WhatTheRecordDoesNotKnowIsCutOff) {
  {
    StoredOutput first = open();
    first.begin(7);
    write(first, "abc");
    append_to_log("de");
  }
  StoredOutput second = open();
  EXPECT_EQ(log(), "abc");
  write(second, "defg");
  EXPECT_EQ(log(), "abcdefg");
  EXPECT_EQ(second.position(), 7U);
}

TEST_F(StoredOutputTest, NotesDoNotCountAsOutput) {
  {
    StoredOutput first = open();
    first.note(Instant::from_unix_us(1), "[sennit] Downloading Start");
    first.begin(7);
    write(first, "abc\n");
    first.note(Instant::from_unix_us(2), "[sennit] Upload Start");
  }
  const StoredOutput second = open();
  EXPECT_EQ(second.position(), 4U);
  EXPECT_EQ(log(), "[sennit] Downloading Start\nabc\n[sennit] Upload Start\n");
}

TEST_F(StoredOutputTest, IndexLosesTheRecordsOfWhatWasCut) {
  std::uintmax_t before = 0;
  {
    StoredOutput first = open();
    first.begin(7);
    write(first, "abc");
    before = std::filesystem::file_size(path("log.idx"));
    logs::LogWriter killed(places());
    killed.write(logs::Stream::kStderr, Instant::from_unix_us(++time_), "zzz");
    std::ofstream(path("log.idx"), std::ios::binary | std::ios::app) << "torn";
  }
  open();
  EXPECT_EQ(std::filesystem::file_size(path("log.idx")), before);
}

TEST_F(StoredOutputTest, AnotherEntryProcessBeginsAtZero) {
  StoredOutput output = open();
  output.begin(7);
  write(output, "abc");
  output.begin(8);
  EXPECT_EQ(output.position(), 0U);
  output.begin(8);
  write(output, "x");
  output.begin(8);
  EXPECT_EQ(output.position(), 1U);
}

TEST_F(StoredOutputTest, MissingBytesAreSaid) {
  StoredOutput output = open();
  output.begin(7);
  output.skip(Instant::from_unix_us(1), 5);
  EXPECT_EQ(output.position(), 5U);
  EXPECT_NE(log().find("5 bytes of output are missing here"), std::string::npos);
}

TEST_F(StoredOutputTest, ForeignRecordIsRefused) {
  std::ofstream(path("taken")) << "something of somebody else's, and longer than a record";
  const auto opened = StoredOutput::open(places(), path("taken"));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), ErrorCode::kCorrupt);
}

class MaskedOutputTest : public StoredOutputTest {
 protected:
  StoredOutput open_masked() { return StoredOutput::open(places(), path("taken"), mask_).value(); }
  std::shared_ptr<const logs::SecretMask> mask_ =
      std::make_shared<const logs::SecretMask>(std::vector<std::string>{"sesame-open"});
};

// Whatever the pieces, and whoever writes: what is held back counts as not stored, and comes again.
TEST_F(MaskedOutputTest, SecretsStayOutAcrossPiecesAndCrashes) {
  const std::string text = "say sesame-open twice: sesame-opensesame and go";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    for (const char* file : {"log", "log.idx", "taken"}) std::filesystem::remove(path(file));
    std::uint64_t position = 0;
    while (position < text.size()) {
      StoredOutput output = open_masked();  // another writer for each two pieces
      output.begin(7);
      position = output.position();
      std::uint64_t at = position;
      for (int i = 0; i < 2 && at < text.size(); ++i) {
        const std::string_view bytes = std::string_view(text).substr(at, piece + 11);
        output.write({.position = at, .at = Instant::from_unix_us(++time_), .bytes = bytes});
        at += bytes.size();
      }
      if (at >= text.size()) output.end_output(Instant::from_unix_us(++time_));
      position = output.position();
    }
    EXPECT_EQ(log(), "say [MASKED] twice: [MASKED]sesame and go") << piece;
  }
}

TEST_F(MaskedOutputTest, NotesAreMasked) {
  StoredOutput output = open_masked();
  output.note(Instant::from_unix_us(++time_), "pull with sesame-open");
  EXPECT_EQ(log(), "pull with [MASKED]\n");
}

}  // namespace
}  // namespace sennit::agent
