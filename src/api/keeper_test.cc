#include "api/keeper.h"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <fstream>

#include "api/service_fixture.h"
#include "store/store_samples.h"

namespace sennit::api {
namespace {

namespace fs = std::filesystem;

constexpr Micros kHour = std::chrono::hours(1);

class KeeperTest : public ServiceTest {
 protected:
  // A workflow with a file in its directory, finished so long ago.
  std::string finished(Micros ago, const std::string& lender = "", std::size_t size = 5) {
    const store::Identity identity = store_.allocate("flow").value();
    store::Batch batch;
    batch.submitted.push_back(store::new_workflow(identity));
    if (!lender.empty()) batch.submitted.back().lenders = {lender};
    batch.finished.push_back({identity.key, WorkflowStatus::kCompleted, engine_.now() - ago, ""});
    EXPECT_TRUE(store_.commit(batch).ok());
    fs::create_directories(runs_dir_ + "/" + identity.id + "/a/0");
    std::ofstream(runs_dir_ + "/" + identity.id + "/a/0/log") << std::string(size, 'x');
    return identity.id;
  }
  bool is_there(const std::string& id) { return store_.find(id).ok() && fs::exists(runs_dir_ + "/" + id); }
  bool is_gone(const std::string& id) { return !store_.find(id).ok() && !fs::exists(runs_dir_ + "/" + id); }

  views::GcReply collect(bool dry_run = false) {
    const auto answer = wait_for(ask("POST", "/v1/gc", to_json(views::GcRequest{.dry_run = dry_run})));
    EXPECT_EQ(answer->status, 200) << answer->body;
    return views::parse_gc_reply(answer->body).value();
  }
  std::string deletion_of(const std::string& id) {
    const auto answer = wait_for(ask("DELETE", "/v1/workflows/" + id));
    return answer->status == 200 ? "deleted" : views::parse_error(answer->body).value().message;
  }
  static std::vector<std::string> names(const std::vector<views::RemovedView>& removed) {
    std::vector<std::string> ids;
    for (const views::RemovedView& one : removed) ids.push_back(one.name);
    return ids;
  }
  using Ids = std::vector<std::string>;
};

TEST_F(KeeperTest, WhatIsDueGoesWhenAServerStarts) {
  const std::string young = finished(23 * kHour);
  Ids old;
  for (int i = 0; i < 40; ++i) old.push_back(finished(25 * kHour));
  keeper_.set_rule({.max_age = 24 * kHour});
  ASSERT_TRUE(keeper_.open().ok());
  while (store_.find(old.back())) loop_.run_once();
  EXPECT_TRUE(is_there(young));
  for (const std::string& id : old) EXPECT_TRUE(is_gone(id)) << id;
}

TEST_F(KeeperTest, ADryRunSaysWhatARunDoes) {
  const std::string lender = finished(50 * kHour);
  const std::string pinned = finished(40 * kHour, lender);
  const std::string old = finished(30 * kHour);
  const std::string young = finished(kHour);
  EXPECT_EQ(ask("POST", "/v1/workflows/" + pinned + "/pin")->status, 200);
  keeper_.set_rule({.max_age = 24 * kHour});
  views::GcReply dry = collect(true);
  EXPECT_EQ(names(dry.removed), Ids{old});
  EXPECT_TRUE(is_there(old));
  const views::GcReply real = collect();
  EXPECT_TRUE(is_gone(old));
  EXPECT_TRUE(is_there(lender) && is_there(pinned) && is_there(young));
  dry.dry_run = false;
  EXPECT_EQ(dry, real);
  ASSERT_EQ(real.kept.size(), 2U);
  EXPECT_EQ(real.kept[0].why, "needed");
  EXPECT_EQ(real.kept[0].needed_by, Ids{pinned});
  EXPECT_EQ(real.kept[1].why, "pinned");
  EXPECT_EQ(real.others, 1U);
  EXPECT_GT(real.freed, 0U);
  EXPECT_GT(real.size, real.others_size);
}

TEST_F(KeeperTest, FilesThatAreTooLargeGoOldestFirst) {
  const std::string first = finished(30 * kHour, "", 1 << 20);
  const std::string second = finished(20 * kHour, "", 1 << 20);
  const std::string third = finished(10 * kHour, "", 1 << 20);
  keeper_.set_rule({.max_bytes = 5U << 19U});
  const views::GcReply reply = collect();
  EXPECT_EQ(names(reply.removed), Ids{first});
  EXPECT_EQ(reply.removed.at(0).why, "size");
  EXPECT_TRUE(is_there(second) && is_there(third));
  EXPECT_GE(store_.find(second)->bytes.value_or(0), 1U << 20U) << "measured, and kept";
}

TEST_F(KeeperTest, DeletingSaysWhyNot) {
  const std::string lender = finished(3 * kHour);
  const std::string borrower = finished(2 * kHour, lender);
  const std::string pinned = finished(kHour);
  ask("POST", "/v1/workflows/" + pinned + "/pin");
  submit(kTwoTasks);
  EXPECT_EQ(deletion_of(lender), lender + " is needed: " + borrower + " reads outputs of it; delete that first");
  EXPECT_EQ(deletion_of(pinned), pinned + " is pinned; first: sennit unpin " + pinned);
  EXPECT_NE(deletion_of("demo-1").find("sennit cancel demo-1"), std::string::npos);
  EXPECT_NE(deletion_of("nothing-1").find("no workflow"), std::string::npos);
  EXPECT_TRUE(is_there(lender) && is_there(pinned));
  EXPECT_EQ(deletion_of(borrower), "deleted");
  EXPECT_EQ(deletion_of(lender), "deleted");
  EXPECT_TRUE(is_gone(lender) && is_gone(borrower));
  ask("POST", "/v1/workflows/" + pinned + "/pin", R"({"pinned": false})");
  EXPECT_EQ(deletion_of(pinned), "deleted");
}

TEST_F(KeeperTest, WhatAWorkflowOnItsWayInReadsStays) {
  const std::string lender = finished(30 * kHour);
  keeper_.set_rule({.max_age = 24 * kHour});
  Holds::Hold hold = keeper_.holds().take({lender});
  const views::GcReply held = collect();
  EXPECT_TRUE(held.removed.empty());
  EXPECT_EQ(held.kept.at(0).why, "entering");
  EXPECT_NE(deletion_of(lender), "deleted");
  hold.reset();
  EXPECT_EQ(names(collect().removed), Ids{lender});
}

TEST_F(KeeperTest, AnInterruptedRemovalGoesOnAtTheNextStart) {
  const std::string id = finished(kHour);
  ASSERT_TRUE(store_.condemn({store_.find(id)->key}).ok());
  ASSERT_TRUE(keeper_.open().ok());
  EXPECT_TRUE(keeper_.is_going(id)) << "at once, before any request";
  while (store_.find(id)) loop_.run_once();
  EXPECT_TRUE(is_gone(id));
  EXPECT_FALSE(keeper_.is_going(id));
}

// A mount cannot be removed, even by root.
TEST_F(KeeperTest, WhatCannotBeRemovedIsSaidAndItsRowStays) {
  const std::string id = finished(30 * kHour);
  const std::string stuck = runs_dir_ + "/" + id;
  if (::mount(runs_dir_.c_str(), (stuck + "/a").c_str(), nullptr, MS_BIND, nullptr) != 0) GTEST_SKIP() << "no mounts";
  keeper_.set_rule({.max_age = 24 * kHour});
  const views::GcReply reply = collect();
  EXPECT_EQ(::umount((stuck + "/a").c_str()), 0);
  ASSERT_EQ(reply.removed.size(), 1U);
  EXPECT_NE(reply.removed[0].error.find("another file system"), std::string::npos) << reply.removed[0].error;
  EXPECT_EQ(reply.freed, 0U);
  EXPECT_TRUE(store_.find(id).ok());
  EXPECT_TRUE(keeper_.is_going(id)) << "nobody reads what is left of it";
  const views::GcReply again = collect();
  EXPECT_EQ(again.removed.at(0).why, "interrupted");
  EXPECT_TRUE(is_gone(id));
}

TEST_F(KeeperTest, AnEndIsMeasured) {
  submit(kTwoTasks);
  started(0);
  fs::create_directories(runs_dir_ + "/demo-1/make/0");
  std::ofstream(runs_dir_ + "/demo-1/make/0/log") << std::string(1 << 20, 'x');
  exited(0, 1);
  while (!store_.find("demo-1")->bytes) {
    loop_.run_once();
    settle();
  }
  EXPECT_GE(*store_.find("demo-1")->bytes, 1U << 20U);
  const auto view = views::parse_workflow(wait_for(ask("GET", "/v1/workflows/demo-1"))->body).value();
  EXPECT_EQ(view.size, store_.find("demo-1")->bytes);
}

}  // namespace
}  // namespace sennit::api
