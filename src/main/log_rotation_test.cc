#include "main/log_rotation.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "store/store_samples.h"

namespace sennit::main {
namespace {

TEST(LogRotation, ALogOverTheLimitIsPutAside) {
  const store::TemporaryDir dir;
  const std::string log = dir.path("server.log");
  store::write_bytes(log, "0123456789");
  rotate_log(log, Bytes(10));
  EXPECT_EQ(store::file_bytes(log), "0123456789");
  rotate_log(log, Bytes(9));
  EXPECT_FALSE(std::filesystem::exists(log));
  EXPECT_EQ(store::file_bytes(log + ".1"), "0123456789");
  rotate_log(log, Bytes(9));  // there is none
  EXPECT_FALSE(std::filesystem::exists(log));
}

}  // namespace
}  // namespace sennit::main
