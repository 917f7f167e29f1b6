#include "main/pool_settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace sennit::main {
namespace {

TEST(PoolSettings, TheEngineIsToldEveryPool) {
  spec::Config config;
  config.pools["train"].quota = {.guarantee = 2, .maximum = 4, .weight = 3};
  config.pools["train"].platforms["dgx"] = {};
  config.pools["train"].maintenance = true;
  config.scheduler.aging = Micros(7);
  const fact::PoolsConfigured told = pool_settings(config);
  ASSERT_EQ(told.pools.size(), 2U);
  EXPECT_EQ(told.pools[0].name, "local");
  EXPECT_EQ(told.pools[1].quota, config.pools["train"].quota);
  EXPECT_EQ(told.pools[1].platforms, std::vector<std::string>{"dgx"});
  EXPECT_TRUE(told.pools[1].maintenance);
  EXPECT_EQ(told.scheduler.aging, Micros(7));
}

TEST(FileWatch, TellsOnceThatAFileHasChanged) {
  const std::string path = testing::TempDir() + "file_watch_" + std::to_string(::getpid());
  std::remove(path.c_str());
  FileWatch watch({path});
  EXPECT_FALSE(watch.changed());
  std::ofstream(path) << "pools: {}\n";
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed());
  std::ofstream(path) << "pools: {local: {}}\n";
  EXPECT_TRUE(watch.changed());
  std::remove(path.c_str());
  EXPECT_TRUE(watch.changed());
}

}  // namespace
}  // namespace sennit::main
