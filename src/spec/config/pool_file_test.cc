#include "spec/config/pool_file.h"

#include <gtest/gtest.h>

namespace sennit::spec {
namespace {

std::string codes_of(const PoolFile& file) {
  std::string codes;
  for (const Diagnostic& diagnostic : file.diagnostics) codes += (codes.empty() ? "" : " ") + diagnostic.code;
  return codes;
}

TEST(PoolFile, IsToldFromANameByItsLooks) {
  Config config;
  config.pools["odd.yaml"] = {};
  for (const std::string_view file : {"pool.yaml", "p.yml", "p.json", "./p", "a/b"}) {
    EXPECT_TRUE(is_pool_file(file, config)) << file;
  }
  for (const std::string_view name : {"", "local", "elsewhere", "odd.yaml", "v1.2"}) {
    EXPECT_FALSE(is_pool_file(name, config)) << name;
  }
}

TEST(PoolFile, TheOnlyPoolOrTheDefaultOne) {
  const PoolFile one = read_pool_file("p.yaml", "pools: {far: {default_platform: std, max_exec_timeout: 1h}}\n");
  EXPECT_TRUE(one.ok());
  EXPECT_EQ(one.name, "far");
  EXPECT_EQ(one.pool.default_platform, "std");
  EXPECT_EQ(one.pool.max_exec_timeout, std::chrono::hours(1));
  const PoolFile two = read_pool_file("p.json", R"({"default_pool": "b", "pools": {"a": {}, "b": {"cpus": 3}}})");
  EXPECT_EQ(two.name, "b");
  EXPECT_EQ(two.pool.cpus, 3U);
}

TEST(PoolFile, SaysWhatIsMissing) {
  EXPECT_EQ(codes_of(read_pool_file("p.yaml", "pools: {a: {}, b: {}}\n")), "SN508");
  EXPECT_EQ(codes_of(read_pool_file("p.yaml", "")), "SN508");
  EXPECT_EQ(codes_of(read_pool_file("p.yaml", "pools: {a: {cups: 3}}\n")), "SN201");
  EXPECT_EQ(codes_of(read_pool_file("p.yaml", "default_pool: c\npools: {a: {}}\n")), "SN508");
  EXPECT_EQ(codes_of(read_pool_file("p.yaml", "pools: [\n")), "SN101");
}

}  // namespace
}  // namespace sennit::spec
