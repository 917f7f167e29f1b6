// Logs of real attempts become packed ones, when they may.
#include "agent/log_packing.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "agent/table_fixture.h"
#include "logs/log_reader.h"
#include "logs/run_layout.h"

namespace sennit::agent {
namespace {

class LogPackingTest : public TableFixture {
 protected:
  static constexpr const char* kLarge = "yes 'a line like all others' | head -c 200000";
  bool is_packed(std::uint32_t task = 0) const {
    const std::string folder = "runs/" + std::to_string(task) + "/0/";
    return exists(folder + "log.zst") && !exists(folder + "log") && !exists(folder + "log.idx");
  }
};

TEST_F(LogPackingTest, ALargeLogIsPackedOnceItsEndIsCommitted) {
  run(kLarge);
  let_time_pass();
  EXPECT_TRUE(exists("runs/0/0/log")) << "its command may be started again";
  EXPECT_FALSE(table_->is_packing());
  table_->forget(id());
  EXPECT_TRUE(table_->is_packing());
  run_until([&] { return !reports_.packed.empty(); });
  EXPECT_GT(reports_.packed[0], 100'000U);
  EXPECT_FALSE(table_->is_packing());
  EXPECT_TRUE(is_packed());
  const auto reader = logs::LogReader::open(logs::run_layout(dir_ + "/runs", "0", 0));
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(*reader->size(), 200'000U);
}

TEST_F(LogPackingTest, ASmallOneStays) {
  run("echo hello");
  table_->forget(id());
  EXPECT_FALSE(table_->is_packing());
  EXPECT_EQ(log(), "hello\n");
}

TEST_F(LogPackingTest, ACommandThatIsStartedAgainWritesOn) {
  run(kLarge);
  StartOrder again = order("echo once more");
  again.incarnation = 1;
  table_->restart(again);
  wait_for_exit(2);
  const std::string all = log();
  EXPECT_TRUE(all.ends_with("once more\n"));
  EXPECT_GT(all.size(), 200'000U);
  table_->forget(id());
  run_until([&] { return !reports_.packed.empty(); });
  EXPECT_TRUE(is_packed());
  EXPECT_EQ(*logs::LogReader::open(logs::run_layout(dir_ + "/runs", "0", 0))->size(), all.size());
}

TEST_F(LogPackingTest, AnAgentThatEndsLeavesRawLogs) {
  for (std::uint32_t task = 0; task < 20; ++task) start("yes | head -c 3000000", task);
  wait_for_exit(20);
  for (std::uint32_t task = 0; task < 20; ++task) table_->forget(id(task));
  table_.reset();
  for (std::uint32_t task = 0; task < 20; ++task) {
    EXPECT_TRUE(is_packed(task) || log(task).size() == 3'000'000U) << task;
  }
  EXPECT_FALSE(is_packed(19));
}

TEST_F(LogPackingTest, ALogThatIsGoneIsNobodysTrouble) {
  run(kLarge);
  std::filesystem::remove_all(dir_ + "/runs");
  table_->forget(id());
  run_until([&] { return !reports_.packed.empty(); });
  EXPECT_EQ(reports_.packed[0], 0U);
}

}  // namespace
}  // namespace sennit::agent
