// Files that must not be taken for a store: a clear error each, and not one byte of them changed.
#include "store/sqlite/open_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/file_check.h"
#include "store/sqlite/schema.h"
#include "store/sqlite_store.h"
#include "store/store_samples.h"

namespace sennit::store {
namespace {

constexpr std::size_t kPage = 4096;

class OpenFile : public testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open(unsigned char key = 7) {
    return open_sqlite_store({path_, sample_key(key), [](const std::function<void()>& work) { work(); }, {}});
  }

  // A closed store with one workflow of many events.
  void make_store() {
    auto store = open().value();
    const Identity identity = store->allocate("a").value();
    Batch batch;
    batch.submitted.push_back(new_workflow(identity));
    for (std::uint32_t n = 1; n <= 5000; ++n) batch.events.push_back(nth_event(identity.key, n));
    ASSERT_TRUE(store->commit(batch).ok());
  }

  void expect_refused(const std::string& words) {
    const std::string before = file_bytes(path_);
    for (int round = 0; round < 2; ++round) {
      const auto store = open();
      ASSERT_FALSE(store.ok());
      EXPECT_EQ(store.error().code(), ErrorCode::kCorrupt);
      EXPECT_NE(store.error().message().find(path_), std::string::npos) << store.error().message();
      EXPECT_NE(store.error().message().find(words), std::string::npos) << store.error().message();
    }
    EXPECT_TRUE(file_bytes(path_) == before) << "the file was changed";
    EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
  }

  void run_sql(const std::string& sql) {
    const auto db = Db::open(path_, Db::Access::kCreate).value();
    const auto done = db->execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message();
  }

  TemporaryDir dir_;
  std::string path_ = dir_.path("store.db");
};

TEST_F(OpenFile, NewStoreIsPrivateAndComplete) {
  ASSERT_TRUE(open().ok());
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_EQ(check_file(path_, static_cast<std::uint32_t>(migrations().size())).value(), FileState::kOurs);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_.path()), {}), 1) << "nothing else is left over";
}

TEST_F(OpenFile, LogOfARemovedStoreIsNotRead) {
  make_store();
  {
    const auto store = open().value();
    const Identity identity = store->allocate("a").value();
    Batch batch;
    batch.submitted.push_back(new_workflow(identity));
    ASSERT_TRUE(store->commit(batch).ok());
    std::filesystem::copy(path_ + "-wal", dir_.path("wal"));
  }
  std::filesystem::remove(path_);
  std::filesystem::rename(dir_.path("wal"), path_ + "-wal");
  EXPECT_TRUE(open().value()->load_live().value().empty());
}

TEST_F(OpenFile, UnfinishedNewStoreIsMadeAgain) {
  write_bytes(path_ + ".new", "half a store");
  EXPECT_TRUE(open().ok());
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
}

TEST_F(OpenFile, TextFileIsRefused) {
  write_bytes(path_, "Dear diary,\n");
  expect_refused("is not an SQLite database");
}

TEST_F(OpenFile, DatabaseOfAnotherProgramIsRefused) {
  run_sql("CREATE TABLE songs (title TEXT)");
  expect_refused("a database of another program");
}

TEST_F(OpenFile, EmptyFileIsRefused) {
  write_bytes(path_, "");
  expect_refused("it is empty");
}

TEST_F(OpenFile, DirectoryIsRefused) {
  std::filesystem::create_directory(path_);
  EXPECT_EQ(open().error().code(), ErrorCode::kCorrupt);
}

TEST_F(OpenFile, StoreOfALaterReleaseIsRefusedWithBothVersions) {
  make_store();
  run_sql("PRAGMA user_version = 9999");
  expect_refused(
      fmt::format("has format 9999, of a later release; this release knows formats up to {}", migrations().size()));
}

TEST_F(OpenFile, LaterReleaseIsSeenInTheLogToo) {
  make_store();
  {
    const auto db = Db::open(path_, Db::Access::kExisting).value();
    db->set_on_close(Db::OnClose::kLeaveAlone);
    ASSERT_TRUE(db->execute("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 9999").ok());
  }
  const std::string file = file_bytes(path_);
  const std::string log = file_bytes(path_ + "-wal");
  ASSERT_FALSE(log.empty());
  const auto store = open();
  ASSERT_FALSE(store.ok());
  EXPECT_NE(store.error().message().find("9999"), std::string::npos) << store.error().message();
  EXPECT_TRUE(file_bytes(path_) == file);
  EXPECT_TRUE(file_bytes(path_ + "-wal") == log);
}

TEST_F(OpenFile, StoreCutShortIsRefusedWhereverItIsCut) {
  make_store();
  const std::string whole = file_bytes(path_);
  ASSERT_GT(whole.size(), 20 * kPage);
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{15}, std::size_t{16}, std::size_t{99}, std::size_t{100}, kPage - 1, kPage,
        kPage + 1, whole.size() / 2, whole.size() - kPage, whole.size() - 1}) {
    write_bytes(path_, whole.substr(0, size));
    expect_refused("is cut short");
  }
}

// After a crash the log holds the last pages; a file that lost others is still cut short.
TEST_F(OpenFile, StoreCutShortBesideALogIsRefused) {
  make_store();
  std::string log;
  {
    const auto store = open().value();
    const Identity identity = store->allocate("b").value();
    Batch batch;
    batch.submitted.push_back(new_workflow(identity));
    batch.submitted.back().spec.assign(10 * kPage, 'x');
    ASSERT_TRUE(store->commit(batch).ok());
    log = file_bytes(path_ + "-wal");
    std::filesystem::copy(path_, dir_.path("crashed"));
  }
  const std::string file = file_bytes(dir_.path("crashed"));
  const auto open_with = [&](std::size_t size) {
    write_bytes(path_, file.substr(0, size));
    write_bytes(path_ + "-wal", log);
    return open();
  };
  EXPECT_TRUE(open_with(file.size()).ok());
  for (const std::size_t size : {file.size() - kPage, file.size() / 2, 2 * kPage}) {
    const auto store = open_with(size);
    ASSERT_FALSE(store.ok()) << size;
    EXPECT_NE(store.error().message().find("is cut short"), std::string::npos) << store.error().message();
    EXPECT_TRUE(file_bytes(path_ + "-wal") == log);
  }
}

TEST_F(OpenFile, StoreOfAnotherKeyIsRefused) {
  make_store();
  const auto store = open(8);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code(), ErrorCode::kCorrupt);
  EXPECT_NE(store.error().message().find("sealed with another key"), std::string::npos);
}

TEST_F(OpenFile, DamagedPageQuarantinesOnlyWhatItHolds) {
  make_store();
  {
    auto store = open().value();
    const Identity identity = store->allocate("b").value();
    Batch batch;
    batch.submitted.push_back(new_workflow(identity));
    ASSERT_TRUE(store->commit(batch).ok());
  }
  // The first workflow's events fill most of the file; a page in the middle is overwritten.
  std::string bytes = file_bytes(path_);
  bytes.replace(bytes.size() / 2 / kPage * kPage, kPage, std::string(kPage, '\xee'));
  write_bytes(path_, bytes);
  const auto live = open().value()->load_live();
  ASSERT_TRUE(live.ok()) << live.error().message();
  ASSERT_EQ(live->size(), 2U);
  EXPECT_EQ(live->at(0).error.value().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(live->at(0).last_seq, 5000U);
  EXPECT_FALSE(live->at(1).error.has_value());
}

TEST_F(OpenFile, UnreadableRecordQuarantinesItsWorkflowAndTakesItsEnd) {
  make_store();
  run_sql("UPDATE journal SET bytes = x'0163' WHERE place = (SELECT max(place) FROM journal)");
  const auto store = open().value();
  const LiveWorkflow live = store->load_live().value().at(0);
  ASSERT_TRUE(live.error.has_value());
  EXPECT_EQ(live.events.size(), 4096U) << "what comes before is kept";
  EXPECT_EQ(live.spec, "spec of a-1");
  Batch batch;
  batch.events.push_back(
      {live.row.key, at_second(1), event::WorkflowMoved{WorkflowStatus::kFailedServerError, "unreadable"}});
  batch.finished.push_back({live.row.key, WorkflowStatus::kFailedServerError, at_second(1), ""});
  ASSERT_TRUE(store->commit(batch).ok());
  EXPECT_TRUE(store->load_live().value().empty());
  EXPECT_EQ(store->events(live.row.key, 5000, 10).value().at(0).seq, 5001U);
}

TEST_F(OpenFile, MissingRecordsAreNoticed) {
  make_store();
  run_sql("DELETE FROM journal WHERE place = (SELECT min(place) FROM journal)");
  const LiveWorkflow live = open().value()->load_live().value().at(0);
  ASSERT_TRUE(live.error.has_value());
  EXPECT_NE(live.error->message().find("at event 1: records are missing"), std::string::npos) << live.error->message();
}

// --- migrations ----------------------------------------------------------------------------------------------------

// What a later release would have.
std::vector<Migration> with_one_more(const char* sql) {
  std::vector<Migration> steps(migrations().begin(), migrations().end());
  steps.push_back({sql});
  return steps;
}

std::int64_t newest_version() { return static_cast<std::int64_t>(migrations().size()); }

TEST_F(OpenFile, MigrationKeepsACopyOfWhatWas) {
  make_store();
  const auto db = Db::open(path_, Db::Access::kExisting).value();
  ASSERT_TRUE(migrate(*db, with_one_more("ALTER TABLE workflow ADD COLUMN note TEXT")).ok());
  EXPECT_EQ(db->integer("PRAGMA user_version").value(), newest_version() + 1);
  EXPECT_EQ(db->integer("SELECT count(*) FROM workflow WHERE note IS NULL").value(), 1);
  const std::string backup = fmt::format("{}.v{}.bak", path_, newest_version());
  const auto copy = Db::open(backup, Db::Access::kExisting).value();
  EXPECT_EQ(copy->integer("PRAGMA user_version").value(), newest_version());
  EXPECT_EQ(copy->integer("PRAGMA application_id").value(), kApplicationId);
  EXPECT_EQ(copy->integer("SELECT count(*) FROM workflow").value(), 1);
}

TEST_F(OpenFile, FailedMigrationChangesNothing) {
  make_store();
  const auto db = Db::open(path_, Db::Access::kExisting).value();
  const std::vector<Migration> steps =
      with_one_more("ALTER TABLE workflow ADD COLUMN note TEXT; ALTER TABLE nothing ADD COLUMN x");
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE(migrate(*db, steps).ok());
    EXPECT_EQ(db->integer("PRAGMA user_version").value(), newest_version());
    EXPECT_FALSE(db->integer("SELECT count(note) FROM workflow").ok());
  }
}

TEST_F(OpenFile, EveryReleasedFormatIsBroughtUpToDate) {
  for (std::size_t version = 1; version <= migrations().size(); ++version) {
    const auto db = Db::open(fmt::format("{}.{}", path_, version), Db::Access::kCreate).value();
    ASSERT_TRUE(migrate(*db, migrations().first(version)).ok()) << version;
    ASSERT_TRUE(migrate(*db, migrations()).ok()) << version;
    EXPECT_EQ(db->integer("PRAGMA user_version").value(), newest_version());
    EXPECT_TRUE(db->integer("SELECT count(*) FROM workflow_tag").ok());
  }
}

// What the first release made: without submissions as they came, and without loans.
TEST_F(OpenFile, AStoreOfTheFirstFormatIsGoneOnWith) {
  make_store();
  run_sql("UPDATE workflow SET finished = 1, ended_us = 5");
  run_sql("UPDATE workflow SET parent_id = 'older-1' WHERE id = 'a-1'");
  run_sql(
      "DROP INDEX workflow_unmeasured; DROP INDEX workflow_condemned; ALTER TABLE workflow DROP COLUMN pinned; ALTER "
      "TABLE workflow DROP COLUMN bytes; ALTER TABLE workflow DROP COLUMN condemned; DROP TABLE credential; DROP TABLE "
      "delivery; "
      "DROP TABLE loan; DROP TABLE workflow_tag; ALTER TABLE workflow DROP COLUMN reopened_us; ALTER TABLE "
      "workflow_text DROP COLUMN request; "
      "PRAGMA user_version = 1");
  const auto store = open().value();
  const StoredWorkflow stored = store->load(store->find("a-1").value().key).value();
  EXPECT_EQ(stored.request, "");
  EXPECT_EQ(stored.source_text, "workflow: {}");
  EXPECT_FALSE(stored.row.reopened_at.is_set() || stored.row.pinned || stored.row.bytes);
  EXPECT_EQ(store->unmeasured(10).value().size(), 1U);
  Batch batch;
  batch.reopened.push_back({stored.row.key, at_second(3)});
  EXPECT_TRUE(store->commit(batch).ok());
  EXPECT_EQ(store->load_live().value().size(), 1U);
  const auto db = Db::open(path_, Db::Access::kExisting).value();
  EXPECT_EQ(db->integer("SELECT count(*) FROM loan WHERE lender = 'older-1'").value(), 1);
}

}  // namespace
}  // namespace sennit::store
