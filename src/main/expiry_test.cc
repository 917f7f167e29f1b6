#include "main/expiry.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store/memory_store.h"
#include "store/store_samples.h"

namespace sennit::main {
namespace {

namespace fs = std::filesystem;

class StillClock final : public Clock {
 public:
  Instant now() const override { return store::at_second(0); }
  Micros boot() const override { return {}; }
};

class ExpiryTest : public testing::Test {
 protected:
  // A workflow with a file in its directory, finished so long ago.
  std::string finished(Micros ago, const std::string& lender = "") {
    const store::Identity identity = store_.allocate("flow").value();
    store::Batch batch;
    batch.submitted.push_back(store::new_workflow(identity));
    if (!lender.empty()) batch.submitted.back().lenders = {lender};
    batch.finished.push_back({identity.key, WorkflowStatus::kCompleted, store::at_second(0) - ago, ""});
    EXPECT_TRUE(store_.commit(batch).ok());
    fs::create_directories(runs_ + "/" + identity.id + "/a/0");
    std::ofstream(runs_ + "/" + identity.id + "/a/0/log") << "hello";
    return identity.id;
  }
  bool is_there(const std::string& id) { return store_.find(id).ok() && fs::exists(runs_ + "/" + id); }

  // Until `gone` has been removed.
  void look_until(const std::string& gone) {
    Expiry expiry(loop_, store_, clock_,
                  {.rule = {.max_age = std::chrono::hours(24)},
                   .runs_dir = runs_,
                   .is_busy = [this] { return is_busy_; },
                   .trouble = [this](const Error&) { ++troubles_; }});
    expiry.open();
    while (store_.find(gone)) loop_.run_once();
  }

  store::TemporaryDir dir_;
  std::string runs_ = dir_.path("runs");
  loop::Loop loop_;
  StillClock clock_;
  store::MemoryDisk disk_;
  store::MemoryStore store_{disk_, [](const std::function<void()>& work) { work(); }};
  bool is_busy_ = false;
  int troubles_ = 0;
};

TEST_F(ExpiryTest, WhatIsOldGoesWithItsFiles) {
  const std::string young = finished(std::chrono::hours(23));
  std::vector<std::string> old;
  for (int i = 0; i < 40; ++i) old.push_back(finished(std::chrono::hours(25)));
  look_until(old.back());
  EXPECT_TRUE(is_there(young));
  for (const std::string& id : old) EXPECT_FALSE(store_.find(id).ok() || fs::exists(runs_ + "/" + id)) << id;
  EXPECT_EQ(troubles_, 0);
}

TEST_F(ExpiryTest, WhatAKeptWorkflowReadsStays) {
  const std::string lender = finished(std::chrono::hours(50));
  const std::string kept = finished(std::chrono::hours(2), lender);
  const std::string other = finished(std::chrono::hours(30));
  look_until(other);
  EXPECT_TRUE(is_there(lender) && is_there(kept));
  EXPECT_FALSE(is_there(other));
}

TEST_F(ExpiryTest, TheLenderGoesAfterItsLastBorrower) {
  const std::string lender = finished(std::chrono::hours(50));
  const std::string borrower = finished(std::chrono::hours(40), lender);
  look_until(lender);
  EXPECT_FALSE(is_there(borrower));
}

TEST_F(ExpiryTest, NothingIsRemovedWhileAWorkflowComesIn) {
  const std::string old = finished(std::chrono::hours(25));
  is_busy_ = true;
  Expiry expiry(
      loop_, store_, clock_,
      {.rule = {.max_age = std::chrono::hours(24)}, .runs_dir = runs_, .is_busy = [this] { return is_busy_; }});
  expiry.open();
  loop_.run_once();
  EXPECT_TRUE(is_there(old));
  EXPECT_FALSE(expiry.is_expiring(old));
}

TEST_F(ExpiryTest, LinksAreNotFollowed) {
  const std::string id = finished(std::chrono::hours(25));
  fs::create_directories(dir_.path("precious"));
  std::ofstream(dir_.path("precious") + "/thesis") << "years";
  fs::create_directory_symlink(dir_.path("precious"), runs_ + "/" + id + "/a/link");
  look_until(id);
  EXPECT_FALSE(is_there(id));
  EXPECT_TRUE(fs::exists(dir_.path("precious") + "/thesis"));
}

TEST(RemoveTree, AlsoWhatMayNotBeWritten) {
  const store::TemporaryDir dir;
  fs::create_directories(dir.path("tree/closed/inner"));
  fs::permissions(dir.path("tree/closed"), fs::perms::none);
  EXPECT_TRUE(remove_tree(dir.path("tree")).ok());
  EXPECT_FALSE(fs::exists(dir.path("tree")));
  EXPECT_TRUE(remove_tree(dir.path("tree")).ok());
}

}  // namespace
}  // namespace sennit::main
