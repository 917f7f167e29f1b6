#include "proc/environment.h"

#include <gtest/gtest.h>

namespace sennit::proc {
namespace {

std::vector<std::string> entries_of(const EnvironmentBlock& block) {
  std::vector<std::string> entries;
  for (const char* const* entry = block.data(); *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

using Entries = std::vector<std::string>;

TEST(Environment, LastOfEqualNamesCounts) {
  const Environment base({{"A", "1"}, {"B", "2"}, {"A", "3"}});
  EXPECT_EQ(entries_of(EnvironmentBlock(base, {})), (Entries{"A=3", "B=2"}));
  EXPECT_STREQ(base.find("A"), "3");
  EXPECT_EQ(base.find("C"), nullptr);
}

TEST(Environment, WhatExecveCannotCarryIsLeftOut) {
  const Environment base({{"", "1"}, {"A=B", "2"}, {"C", std::string("x\0y", 3)}, {"D", ""}});
  EXPECT_EQ(entries_of(EnvironmentBlock(base, {})), (Entries{"D="}));
}

TEST(Environment, OwnVariablesReplaceAndAdd) {
  const Environment base({{"PATH", "/bin"}, {"HOME", "/root"}});
  const Variable own[] = {{"HOME", "/home/me"}, {"NEW", "1"}, {"NEW", "2"}, {"NE", "3"}};
  const EnvironmentBlock block(base, own);
  EXPECT_EQ(entries_of(block), (Entries{"PATH=/bin", "HOME=/home/me", "NEW=2", "NE=3"}));
  EXPECT_STREQ(block.find("NEW"), "2");
  EXPECT_STREQ(block.find("PATH"), "/bin");
  EXPECT_EQ(block.find("PAT"), nullptr);
  EXPECT_STREQ(base.find("HOME"), "/root");
}

TEST(Environment, BlockCanBeMoved) {
  const Environment base(EnvironmentList{{"A", "1"}});
  const Variable own[] = {{"B", "2"}};
  EnvironmentBlock block(base, own);
  const EnvironmentBlock moved = std::move(block);
  EXPECT_EQ(entries_of(moved), (Entries{"A=1", "B=2"}));
}

}  // namespace
}  // namespace sennit::proc
