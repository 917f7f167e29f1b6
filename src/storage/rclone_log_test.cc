#include "storage/rclone_log.h"

#include <gtest/gtest.h>

#include "storage/listing.h"

namespace sennit::storage {
namespace {

TEST(RcloneLog, NumbersOfATransfer) {
  const LogLine line = parse_log_line(
      R"({"level":"warning","msg":"\nTransferred: ...","source":"accounting/stats.go:482","stats":{"bytes":5,"checks":2,)"
      R"("deletes":1,"eta":7,"speed":2.5,"totalBytes":9,"totalTransfers":4,"transfers":3},"time":"2026-11-27T18:23:12Z"})");
  ASSERT_TRUE(line.stats);
  EXPECT_EQ(line.stats->bytes, 5U);
  EXPECT_EQ(line.stats->total_bytes, 9U);
  EXPECT_EQ(line.stats->transfers, 3U);
  EXPECT_EQ(line.stats->checks, 2U);
  EXPECT_EQ(line.stats->deletes, 1U);
  EXPECT_EQ(line.stats->rate, 2.5);
  EXPECT_EQ(line.stats->eta_s, 7.0);
}

TEST(RcloneLog, NumbersThatMakeNoSenseAreNone) {
  const LogLine line =
      parse_log_line(R"({"stats":{"bytes":-5,"speed":1e400,"eta":1e20,"totalBytes":1e30,"checks":"x"}})");
  ASSERT_TRUE(line.stats);
  EXPECT_EQ(line.stats->bytes, 0U);
  EXPECT_EQ(line.stats->total_bytes, 0U);
  EXPECT_EQ(line.stats->checks, 0U);
  EXPECT_FALSE(line.stats->eta_s);
}

TEST(RcloneLog, ErrorsAndPlainText) {
  const LogLine error = parse_log_line(R"({"level":"error","msg":"Failed to copy: NoSuchBucket","object":"a b"})");
  EXPECT_EQ(error.level, LogLine::Level::kError);
  EXPECT_EQ(error.object, "a b");
  EXPECT_FALSE(error.stats);
  EXPECT_EQ(parse_log_line(R"({"level":"warning","msg":"x"})").level, LogLine::Level::kNotice);
  const LogLine plain = parse_log_line("2026/11/27 18:23:13 Failed to copy: broken");
  EXPECT_EQ(plain.level, LogLine::Level::kError);
  EXPECT_EQ(plain.message, "2026/11/27 18:23:13 Failed to copy: broken");
}

TEST(Listing, ObjectsAndWhatIsBetweenThem) {
  for (const char* line : {"[", "]", "", "[]", " "}) EXPECT_FALSE(*parse_listed_line(line)) << line;
  const auto entry =
      parse_listed_line(R"({"Path":"a/b c","Name":"b c","Size":12,"ModTime":"","IsDir":false},)").value();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->path, "a/b c");
  EXPECT_EQ(entry->size, 12U);
  EXPECT_EQ(parse_listed_line(R"({"Path":"d","Size":-1,"IsDir":true})").value()->kind, Entry::Kind::kDirectory);
  for (const char* line : {"{", "{}", R"({"Path":1})", "x", "3"}) EXPECT_FALSE(parse_listed_line(line)) << line;
}

}  // namespace
}  // namespace sennit::storage
