// Disks that are full, writes that fail, processes that die: nothing half-stored, and the store goes on afterwards.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <future>

#include "store/sqlite/db.h"
#include "store/sqlite/faulty_disk.h"
#include "store/sqlite_store.h"
#include "store/store_samples.h"

namespace sennit::store {
namespace {

class Fault : public testing::Test {
 protected:
  std::unique_ptr<Store> open() {
    auto store = open_sqlite_store({path_, sample_key(), [](const std::function<void()>& work) { work(); }, {}});
    EXPECT_TRUE(store.ok()) << store.error().message();
    return store ? *std::move(store) : nullptr;
  }

  Batch next_batch(Store& store) {
    const Identity identity = store.allocate("a").value();
    Batch batch;
    batch.submitted.push_back(new_workflow(identity));
    for (std::uint32_t n = 1; n <= 20; ++n) batch.events.push_back(nth_event(identity.key, n));
    batch.snapshots.push_back({identity.key, 10, std::string(20'000, 's')});
    return batch;
  }

  // Every workflow in the store is there with all that its batch had.
  static std::size_t count_whole(Store& store) {
    const auto all = store.load_live().value();
    for (const LiveWorkflow& live : all) {
      EXPECT_FALSE(live.error.has_value()) << live.error->message();
      EXPECT_EQ(live.last_seq, 20U);
      EXPECT_EQ(live.events.size(), 10U);
      EXPECT_EQ(live.snapshot.size(), 20'000U);
      EXPECT_EQ(live.spec, "spec of " + live.row.submission.id);
    }
    return all.size();
  }

  TemporaryDir dir_;
  std::string path_ = dir_.path("store.db");
};

// --- full disk -----------------------------------------------------------------------------------------------------

// No file of this process may grow past a size: what a full disk looks like to one file, without being root.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(Fault, FullDiskRefusesTheBatchAndTakesItLater) {
  const auto store = open();
  ASSERT_TRUE(store->commit(next_batch(*store)).ok());
  const Batch batch = next_batch(*store);
  {
    const FileSizeLimit limit(std::filesystem::file_size(path_ + "-wal"));
    for (int round = 0; round < 3; ++round) {
      const auto refused = store->commit(batch);
      ASSERT_FALSE(refused.ok());
      EXPECT_EQ(refused.error().code(), ErrorCode::kExhausted) << refused.error().message();
      EXPECT_EQ(refused.error().message(), "commit: store " + path_ + ": no space left on the disk");
      EXPECT_EQ(count_whole(*store), 1U) << "reading goes on";
    }
  }
  ASSERT_TRUE(store->commit(batch).ok());
  EXPECT_EQ(count_whole(*store), 2U);
}

// --- failing writes ------------------------------------------------------------------------------------------------

// Whichever of a commit's writes fails, and however: the batch is refused as a whole, and taken when tried again.
TEST_F(Fault, EveryWriteOfACommitMayFail) {
  FaultyDisk disk;
  const auto store = open();
  std::size_t stored = 0;
  for (const FaultKind kind : {FaultKind::kNoSpace, FaultKind::kIoError, FaultKind::kShortWrite}) {
    bool reached_the_end = false;
    for (int nth = 1; !reached_the_end; ++nth) {
      const Batch batch = next_batch(*store);
      disk.fail_write(nth, kind);
      const auto first = store->commit(batch);
      reached_the_end = !disk.has_failed();
      disk.recover();
      if (!reached_the_end) {
        ASSERT_FALSE(first.ok()) << "write " << nth;
        EXPECT_EQ(first.error().code(), kind == FaultKind::kIoError ? ErrorCode::kIo : ErrorCode::kExhausted)
            << first.error().message();
        EXPECT_EQ(store->list({.limit = 1000}).value().size(), stored);
        ASSERT_TRUE(store->commit(batch).ok()) << "write " << nth;
      }
      ++stored;
    }
  }
  EXPECT_EQ(count_whole(*store), stored);
  EXPECT_GT(stored, 20U) << "the disk was never asked to fail";
}

TEST_F(Fault, FlushReportsAnUnreadableLog) {
  const auto store = open();
  ASSERT_TRUE(store->commit(next_batch(*store)).ok());
  std::filesystem::rename(path_ + "-wal", dir_.path("elsewhere"));
  std::promise<Result<void>> answer;
  store->flush([&](const Result<void>& result) { answer.set_value(result); });
  const Result<void> result = answer.get_future().get();
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message().find(path_ + "-wal"), std::string::npos);
  std::filesystem::rename(dir_.path("elsewhere"), path_ + "-wal");
}

// --- death ---------------------------------------------------------------------------------------------------------

// A log that was written up to any byte: what was committed before that byte is there, as whole batches.
TEST_F(Fault, LogCutAnywhereGivesWholeBatches) {
  std::string file;
  std::string log;
  std::vector<std::size_t> committed_at;  // size of the log after each batch
  {
    const auto store = open();
    for (int i = 0; i < 6; ++i) {
      ASSERT_TRUE(store->commit(next_batch(*store)).ok());
      committed_at.push_back(std::filesystem::file_size(path_ + "-wal"));
    }
    file = file_bytes(path_);
    log = file_bytes(path_ + "-wal");
  }
  for (std::size_t cut = 0; cut <= log.size(); cut += 7919) {
    write_bytes(path_, file);
    write_bytes(path_ + "-wal", log.substr(0, cut));
    std::filesystem::remove(path_ + "-shm");
    const auto store = open();
    ASSERT_NE(store, nullptr) << "cut at " << cut;
    const auto whole =
        std::count_if(committed_at.begin(), committed_at.end(), [&](std::size_t at) { return at <= cut; });
    EXPECT_EQ(count_whole(*store), static_cast<std::size_t>(whole)) << "cut at " << cut;
    EXPECT_TRUE(store->commit(next_batch(*store)).ok());
  }
}

// Commits one batch after the other and writes a byte after each, until it is killed.
[[noreturn]] void commit_until_killed(Store& store, int report_fd, const std::function<Batch()>& next) {
  while (true) {
    if (!store.commit(next()).ok()) ::_exit(1);
    if (::write(report_fd, "c", 1) != 1) ::_exit(2);
  }
}

TEST_F(Fault, KilledProcessLosesNothingThatWasCommitted) {
  std::size_t stored = 0;
  for (int round = 0; round < 5; ++round) {
    int pipe_fds[2];
    ASSERT_EQ(::pipe(pipe_fds), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto store = open();
      commit_until_killed(*store, pipe_fds[1], [&] { return next_batch(*store); });
    }
    ::close(pipe_fds[1]);
    std::size_t reported = 0;
    char byte = 0;
    const auto wanted = static_cast<std::size_t>(5 + round * 23);
    while (reported < wanted && ::read(pipe_fds[0], &byte, 1) == 1) ++reported;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe_fds[0], &byte, 1) == 1) ++reported;
    ::close(pipe_fds[0]);
    const std::size_t found = count_whole(*open());
    EXPECT_GE(found, stored + reported);
    EXPECT_LE(found, stored + reported + 1) << "at most the batch whose report was cut off";
    stored = found;
  }
}

// A long history of commits with the log being copied beside them, each at its own speed.
TEST_F(Fault, CheckpointsBesideCommitsLoseNothing) {
  auto store = open();
  const Identity identity = store->allocate("a").value();
  Batch batch;
  batch.submitted.push_back(new_workflow(identity));
  ASSERT_TRUE(store->commit(batch).ok());
  batch.submitted.clear();
  constexpr std::uint32_t kCommits = 6000;
  for (std::uint32_t n = 1; n <= kCommits; ++n) {
    batch.events = {nth_event(identity.key, n)};
    ASSERT_TRUE(store->commit(batch).ok());
    if (n % 1000 == 0) store->flush([](const Result<void>& result) { EXPECT_TRUE(result.ok()); });
  }
  store.reset();
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal")) << "closing leaves one clean file";
  const auto events = open()->load_live().value().at(0).events;
  ASSERT_EQ(events.size(), kCommits);
  for (std::uint32_t n = 1; n <= kCommits; ++n) EXPECT_TRUE(events[n - 1] == nth_event(identity.key, n)) << n;
}

}  // namespace
}  // namespace sennit::store
