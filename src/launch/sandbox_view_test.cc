// Which binds a sandbox is made of. That they do what they are for is tried in agent/sandbox_table_test.cc.
#include "launch/sandbox_view.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace sennit::launch {
namespace {

using Words = std::vector<std::string>;

bool has(const Words& words, const Words& part) { return !std::ranges::search(words, part).empty(); }

class View : public ::testing::Test {
 protected:
  SandboxKind kind_{.bwrap = "/usr/bin/bwrap", .inside = "/opt/sennit-user"};
  SandboxView view_{kind_};
};

TEST_F(View, TheSystemIsReadOnlyAndTheRestIsAsItIs) {
  ASSERT_TRUE(view_.show_host().ok());
  const Words words = std::move(view_).take_arguments();
  EXPECT_EQ(words.front(), "/usr/bin/bwrap");
  EXPECT_TRUE(has(words, {"--unshare-pid", "--as-pid-1"}));
  EXPECT_TRUE(has(words, {"--ro-bind-try", "/usr", "/usr"}));
  EXPECT_TRUE(has(words, {"--ro-bind-try", "/etc", "/etc"}));
  EXPECT_TRUE(has(words, {"--bind-try", "/run", "/run"}));
  EXPECT_TRUE(has(words, {"--proc", "/proc"}));
  EXPECT_FALSE(has(words, {"--bind-try", "/tmp", "/tmp"}));
}

TEST_F(View, APathThatIsThereNeedsNoRoom) {
  ASSERT_TRUE(view_.open_for({"/etc/passwd", "/tmp/x", "/osmo/x", "/sennit-nowhere/a/b"}).ok());
  EXPECT_FALSE(has(std::move(view_).take_arguments(), {"--tmpfs"}));
}

TEST_F(View, ADirectoryIsShownEntryByEntryForANewOneInIt) {
  ASSERT_TRUE(view_.open_for({"/etc/sennit-nowhere/b.conf"}).ok());
  const Words words = std::move(view_).take_arguments();
  EXPECT_TRUE(has(words, {"--tmpfs", "/etc"}));
  EXPECT_TRUE(has(words, {"--ro-bind-try", "/etc/passwd", "/etc/passwd"}));
  EXPECT_FALSE(std::filesystem::exists("/etc/sennit-nowhere"));
}

TEST_F(View, NothingIsPutWhereTheKernelIs) {
  for (const char* path : {"/proc/x", "/dev/x", "/sys/x"}) {
    SandboxView view(kind_);
    const Result<void> shown = view.open_for({path});
    ASSERT_FALSE(shown.ok()) << path;
    EXPECT_EQ(shown.error().code(), ErrorCode::kInvalid);
  }
  SandboxView view(kind_);
  EXPECT_EQ(view.open_for({"/etc/passwd/x"}).error().message(),
            "nothing can be put at /etc/passwd/x in a sandbox: /etc/passwd is a file on this host");
}

TEST_F(View, APrivatePathIsNotResolvedByTheHostsLinks) {
  const std::string link = "/tmp/sennit-view-link-" + std::to_string(::getpid());
  std::filesystem::create_symlink("/etc/passwd", link);
  EXPECT_EQ(SandboxView::resolved(link), link);
  std::filesystem::remove(link);
  EXPECT_EQ(SandboxView::resolved("/proc/self/../../etc/sennit-nowhere"), "/etc/sennit-nowhere");
}

TEST_F(View, WhatLiesInTmpAndIsNeededIsShown) {
  std::string name = "/tmp/sennit-view-XXXXXX";
  const std::string directory = ::mkdtemp(name.data());
  view_.use_tmp("/scratch");
  view_.keep_writable(directory);
  view_.keep_writable("/home");  // is, already
  view_.keep_writable("/tmp");
  ASSERT_TRUE(view_.open_for({directory + "/new", "/tmp/new"}).ok());
  const Words words = std::move(view_).take_arguments();
  EXPECT_TRUE(has(words, {"--bind-try", "/scratch", "/tmp"}));
  EXPECT_TRUE(has(words, {"--bind-try", directory, directory}));
  EXPECT_TRUE(has(words, {"--tmpfs", directory})) << "the host must not get the file";
  EXPECT_FALSE(has(words, {"--bind-try", "/home", "/home"}));
  std::filesystem::remove(directory);
}

TEST(SandboxTools, AMissingPartIsNamed) {
  EXPECT_EQ(SandboxTools("/nowhere/sennit-user", "/nowhere").obstacle(),
            "bubblewrap is not installed (on Debian and Ubuntu: apt install bubblewrap)");
  SandboxTools tools("/nowhere/sennit-user", "/nowhere");
  EXPECT_EQ(tools.kind().error().code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(tools.kind().error().message().starts_with("the sandbox cannot be used on this host: bubblewrap is not"));
}

}  // namespace
}  // namespace sennit::launch
