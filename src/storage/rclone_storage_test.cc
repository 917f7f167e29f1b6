#include "storage/rclone_storage.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

namespace sennit::storage {
namespace {

class Quiet final : public Watcher {
 public:
  void on_progress(const Progress& progress) override { last = progress; }
  void on_retry(const Retry& retry) override { retries.push_back(retry.reason); }
  Progress last;
  std::vector<std::string> retries;
};

// With directories for storages, moved by the real rclone. Servers have their tests in tests/e2e/test_data.py.
class RcloneStorageTest : public testing::Test {
 protected:
  RcloneStorageTest() {
    std::string name = testing::TempDir() + "storage-XXXXXX";
    root_ = ::mkdtemp(name.data());
  }
  ~RcloneStorageTest() override { std::filesystem::remove_all(root_); }
  void SetUp() override {
    if (std::system("rclone version >/dev/null 2>&1") != 0)
      GTEST_SKIP() << "there is no rclone: apt-get install rclone";
  }

  std::string at(const std::string& name) const { return root_ + "/" + name; }
  void file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
    std::ofstream(at(name)) << text;
  }
  Target target(const std::string& name) const {
    return {.location = parse_location("file://" + at(name)).value(), .credential = std::nullopt};
  }
  SendPlan plan(const std::string& path) const {
    const std::vector<std::string> paths{at(path)};
    return std::move(plan_send(paths, Pattern())).value();
  }

  template <class T, class Start>
  Result<T> await(Start start) {
    std::optional<Result<T>> result;
    Started job = start([&result](Result<T> value) { result = std::move(value); });
    if (!job) return std::move(job).error();
    while (!result) loop_.run_once();
    return std::move(*result);
  }
  Result<Moved> send(const std::string& from, const std::string& to) {
    return await<Moved>([&](Transferred done) {
      return storage_.send({.target = target(to), .plan = plan(from)}, {}, watcher_, std::move(done));
    });
  }
  Result<Moved> fetch(const std::string& from, const std::string& to, const char* regex = "") {
    std::filesystem::create_directories(at(to));
    return await<Moved>([&](Transferred done) {
      return storage_.fetch({.target = target(from), .directory = at(to), .pattern = Pattern::compile(regex).value()},
                            {}, watcher_, std::move(done));
    });
  }

  std::string root_;
  rlimit files_{.rlim_cur = 1024, .rlim_max = 4096};
  loop::Loop loop_;
  proc::Spawner spawner_ = std::move(proc::Spawner::open(files_)).value();
  Quiet watcher_;
  RcloneStorage storage_{loop_, spawner_, {{"PATH", ::getenv("PATH")}, {"HOME", "/nonexistent"}}};
};

TEST_F(RcloneStorageTest, WhatIsSentComesBack) {
  file("from/a", "1");
  file("from/sub/b", "22");
  const Result<Moved> sent = send("from/*", "store");
  ASSERT_TRUE(sent) << sent.error().message();
  EXPECT_EQ(sent->files, 2U);
  EXPECT_EQ(sent->bytes, 3U);
  EXPECT_EQ(send("from/*", "store")->unchanged, 2U);
  const Result<Moved> fetched = fetch("store", "back", "sub");
  ASSERT_TRUE(fetched) << fetched.error().message();
  EXPECT_TRUE(std::filesystem::exists(at("back/sub/b")));
  EXPECT_FALSE(std::filesystem::exists(at("back/a")));
  EXPECT_TRUE(watcher_.retries.empty());
}

TEST_F(RcloneStorageTest, NothingToSendIsFine) {
  std::filesystem::create_directories(at("empty"));
  const Result<Moved> sent = send("empty", "store");
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->files, 0U);
}

TEST_F(RcloneStorageTest, DirectoryReplacedByALinkIsSentAsItWas) {
  file("from/a", "mine");
  file("other/a", "somebody's");
  const Result<Moved> sent = await<Moved>([&](Transferred done) {
    SendPlan planned = plan("from/*");
    std::filesystem::rename(at("from"), at("moved"));
    std::filesystem::create_directory_symlink(at("other"), at("from"));
    return storage_.send({.target = target("store"), .plan = std::move(planned)}, {}, watcher_, std::move(done));
  });
  ASSERT_TRUE(sent) << sent.error().message();
  std::string text;
  std::ifstream(at("store/a")) >> text;
  EXPECT_EQ(text, "mine");
}

TEST_F(RcloneStorageTest, FileThatBecomesALinkIsNotSent) {
  file("from/a", "mine");
  file("from/b", "mine");
  file("secret", "12345");
  const Result<Moved> sent = await<Moved>([&](Transferred done) {
    SendPlan planned = plan("from/*");
    std::filesystem::remove(at("from/b"));
    std::filesystem::create_symlink(at("secret"), at("from/b"));
    return storage_.send({.target = target("store"), .plan = std::move(planned)}, {}, watcher_, std::move(done));
  });
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().message(), "b vanished while it was sent");
  EXPECT_FALSE(std::filesystem::exists(at("store/b")));
}

TEST_F(RcloneStorageTest, CancelledBeforeItBegan) {
  file("from/a", "1");
  std::optional<Result<Moved>> result;
  Started job = storage_.send({.target = target("store"), .plan = plan("from/*")}, {}, watcher_,
                              [&](Result<Moved> value) { result = std::move(value); });
  ASSERT_TRUE(job);
  (*job)->cancel();
  while (!result) loop_.run_once();
  EXPECT_EQ(result->error().code(), ErrorCode::kCancelled);
}

// The result is the job's last word: whoever gets it may let go of the job.
TEST_F(RcloneStorageTest, JobEndsInItsOwnLastCall) {
  std::filesystem::create_directories(at("store"));
  bool is_over = false;
  std::unique_ptr<Job> job;
  job =
      std::move(storage_.list({.target = target("store"), .pattern = {}}, {}, [&](Result<std::vector<Entry>> entries) {
        EXPECT_TRUE(entries);
        job.reset();
        is_over = true;
      })).value();
  while (!is_over) loop_.run_once();
}

TEST_F(RcloneStorageTest, MissingDirectoryIsToldAtOnce) {
  const Result<Moved> fetched = fetch("none", "back");
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(watcher_.retries.empty());
}

}  // namespace
}  // namespace sennit::storage
