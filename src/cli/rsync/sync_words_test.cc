#include "cli/rsync/sync_words.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sennit::cli {
namespace {

TEST(SyncWords, TheFirstBareColonIsTheBorder) {
  EXPECT_EQ(parse_sync_paths("a/b:/c")->from, "a/b");
  EXPECT_EQ(parse_sync_paths("a/b:/c")->to, "/c");
  EXPECT_EQ(parse_sync_paths("a\\:b:/c:d")->from, "a:b");
  EXPECT_EQ(parse_sync_paths("a\\:b:/c:d")->to, "/c:d");
  EXPECT_EQ(parse_sync_paths("a\\\\:b")->from, "a\\");
  for (const char* text : {"", "a", ":", "a:", ":b", "a\\:b"}) EXPECT_FALSE(parse_sync_paths(text).ok()) << text;
}

TEST(SyncWords, BothWays) {
  SyncJob job{.workflow = "w-1", .task = "t", .paths = {"src", "/dst"}, .rate_limit = 1025};
  const std::vector<std::string> up = rsync_words(job, "/usr/bin/sennit");
  EXPECT_EQ(up[up.size() - 2], "./src");
  EXPECT_EQ(up.back(), "task:/dst");
  EXPECT_NE(std::ranges::find(up, "--rsh='/usr/bin/sennit' rsync-shell 'w-1' 't' --"), up.end());
  EXPECT_NE(std::ranges::find(up, "--bwlimit=2"), up.end());
  job.way = SyncWay::kDownload;
  const std::vector<std::string> down = rsync_words(job, "/usr/bin/sennit");
  EXPECT_EQ(down[down.size() - 2], "task:src");
  EXPECT_EQ(down.back(), "/dst");
}

}  // namespace
}  // namespace sennit::cli
