#include "storage/object_name.h"

#include <gtest/gtest.h>

namespace sennit::storage {
namespace {

TEST(ObjectName, OrdinaryNamesPassBothWays) {
  for (const char* name :
       {"a", "a b", "-dash", "ünï ☃", "a/b/c", "#1;2", "..a", "a..", "a*b?[c]{d}", "trail ", "full／slash"}) {
    EXPECT_FALSE(unsendable(name)) << name;
    EXPECT_FALSE(unfetchable(name)) << name;
  }
}

TEST(ObjectName, WhatCannotBeCarriedIsNotSent) {
  EXPECT_EQ(unsendable("a\nb"), "has a newline in it");
  EXPECT_EQ(unsendable("a\tb"), "has a control character in it");
  EXPECT_EQ(unsendable("del\x7f"), "has a control character in it");
  EXPECT_EQ(unsendable("bad\xff"), "is not UTF-8");
  for (const char* name : {"a\u240Ab", "\u2400", "x\u201B", "\u2421", "\uFF0E\uFF0E", "a/\uFF0E"})
    EXPECT_TRUE(unsendable(name)) << name;
}

// As rclone shows keys such as "../a", "a\nb", "/a" and "a//b".
TEST(ObjectName, WhatLeadsOutIsNotFetched) {
  for (const char* name :
       {"", "/a", "../a", "a/../b", "a/..", ".", "\uFF0E\uFF0E/a", "a/\uFF0E\uFF0E/\uFF0E\uFF0E/b", "a//b", "a/"}) {
    EXPECT_TRUE(unfetchable(name)) << name;
  }
  EXPECT_EQ(unfetchable("a\u240Ab"), "has a newline in it");
  EXPECT_EQ(unfetchable("a\u2409b"), "has a control character in it");
  EXPECT_EQ(unfetchable("a\uFFFD"), "is not UTF-8");
}

TEST(ObjectName, IsShownAsItIs) {
  EXPECT_EQ(shown_name("a\u240Ab"), "a\\nb");
  EXPECT_EQ(shown_name("a\u201B\u240Ab"), "a\u240Ab");
  EXPECT_EQ(shown_name("\uFF0E\uFF0E/a"), "../a");
  EXPECT_EQ(shown_name("x\u201B\u201B"), "x\u201B");
  EXPECT_EQ(shown_name("ünï"), "ünï");
}

}  // namespace
}  // namespace sennit::storage
