#include "storage/local_tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sennit::storage {
namespace {

class LocalTree : public testing::Test {
 protected:
  LocalTree() {
    std::string name = testing::TempDir() + "tree-XXXXXX";
    root_ = ::mkdtemp(name.data());
  }
  ~LocalTree() override { std::filesystem::remove_all(root_); }

  std::string at(const std::string& name) const { return root_ + "/" + name; }
  void file(const std::string& name, const std::string& text = "x") const {
    std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
    std::ofstream(at(name)) << text;
  }
  static std::vector<std::string> names(const SendPlan& plan) {
    std::vector<std::string> all;
    for (const SendPart& part : plan.parts) all.insert(all.end(), part.names.begin(), part.names.end());
    std::sort(all.begin(), all.end());
    return all;
  }
  Result<SendPlan> plan(std::vector<std::string> paths, const char* regex = "") const {
    for (std::string& path : paths) path = at(path);
    return plan_send(paths, Pattern::compile(regex).value());
  }

  std::string root_;
};

using Names = std::vector<std::string>;

TEST_F(LocalTree, PathsKeepTheirLastNames) {
  file("m/a", "12345");
  file("m/sub/b");
  file("other/c");
  EXPECT_EQ(names(*plan({"m"})), (Names{"m/a", "m/sub/b"}));
  EXPECT_EQ(names(*plan({"m/"})), (Names{"m/a", "m/sub/b"}));
  EXPECT_EQ(names(*plan({"m/*"})), (Names{"a", "sub/b"}));
  EXPECT_EQ(names(*plan({"m/."})), (Names{"a", "sub/b"}));
  EXPECT_EQ(names(*plan({"m/a", "other"})), (Names{"a", "other/c"}));
  EXPECT_EQ(plan({"m"})->files, 2U);
  EXPECT_EQ(plan({"m"})->bytes, 6U);
}

TEST_F(LocalTree, PatternsAreAnchoredAtTheStart) {
  file("a.pt");
  file("sub/a.pt");
  file("b.txt");
  EXPECT_EQ(names(*plan({"*"}, "a")), (Names{"a.pt"}));
  EXPECT_EQ(names(*plan({"*"}, ".*\\.pt$")), (Names{"a.pt", "sub/a.pt"}));
  EXPECT_TRUE(plan({"*"}, "none")->parts.empty());
  EXPECT_FALSE(Pattern::compile("(a"));
}

TEST_F(LocalTree, LinksAndDevicesAreLeftOut) {
  file("d/a");
  ASSERT_EQ(::symlink("/etc", at("d/link").c_str()), 0);
  ASSERT_EQ(::symlink("/etc/passwd", at("d/passwd").c_str()), 0);
  ASSERT_EQ(::mkfifo(at("d/pipe").c_str(), 0600), 0);
  const Result<SendPlan> found = plan({"d"});
  ASSERT_TRUE(found);
  EXPECT_EQ(names(*found), (Names{"d/a"}));
  EXPECT_EQ(found->left_out, 3U);
  EXPECT_EQ(found->notices.size(), 3U);
}

TEST_F(LocalTree, PathThatIsALinkIsRefused) {
  file("d/a");
  ASSERT_EQ(::symlink("d", at("latest").c_str()), 0);
  const Result<SendPlan> found = plan({"latest"});
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message().find("name what it points to"), std::string::npos);
  EXPECT_EQ(plan({"none"}).error().code(), ErrorCode::kNotFound);
}

TEST_F(LocalTree, OddNamesAreRefusedByName) {
  file("d/fine");
  file("d/new\nline");
  file("d/new\nline2");
  const Result<SendPlan> found = plan({"d"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), ErrorCode::kInvalid);
  EXPECT_NE(found.error().message().find("d/new\\nline"), std::string::npos) << found.error().message();
  EXPECT_NE(found.error().message().find("1 more"), std::string::npos);
  EXPECT_TRUE(plan({"d"}, "d/fine"));
}

TEST_F(LocalTree, TwoOfOneNameAreRefused) {
  file("a/x");
  file("b/x");
  EXPECT_FALSE(plan({"a/x", "b/x"}));
  EXPECT_FALSE(plan({"a/*", "b/*"}));
}

TEST_F(LocalTree, NoLinkIsFollowedBelowAnOpenDirectory) {
  file("out/ck/step", "1");
  file("secret/key", "2");
  std::filesystem::create_directory_symlink(at("secret"), at("out/link"));
  const UniqueFd root(::open(at("out").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto plan = [&](const char* path) { return plan_send_below(root, "out", path, Pattern()); };
  EXPECT_EQ(plan("*").value().parts.at(0).names, std::vector<std::string>{"ck/step"});
  EXPECT_EQ(plan("ck").value().parts.at(0).names, std::vector<std::string>{"ck/step"});
  EXPECT_EQ(plan("ck/*").value().parts.at(0).names, std::vector<std::string>{"step"});
  for (const char* bad : {"link", "link/*", "link/key", "../secret", "../secret/*", "ck/../../secret/*"}) {
    EXPECT_FALSE(plan(bad)) << bad;
  }
  EXPECT_EQ(plan("none").error().code(), ErrorCode::kNotFound);
}

TEST_F(LocalTree, ReplacedDirectoryIsTheOneThatWasFound) {
  file("d/a", "mine");
  const Result<SendPlan> found = plan({"d/*"});
  std::filesystem::rename(at("d"), at("gone"));
  ASSERT_EQ(::symlink("/etc", at("d").c_str()), 0);
  EXPECT_EQ(::faccessat(found->parts.front().directory.get(), "a", R_OK, 0), 0);
}

}  // namespace
}  // namespace sennit::storage
