#include "store/sqlite/wal_keeper.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/unique_fd.h"
#include "store/private_file.h"

namespace sennit::store {
namespace {

// 4 MiB of log: a page that changed a hundred times is copied once, and a small disk is not filled by the log alone. A
// copy that nobody interrupts lets the next commit begin the log anew.
constexpr int kCheckpointPages = 1024;
// Commits come so fast that no copy ever catches up: hold them off for a moment.
constexpr int kHoldOffPages = 4096;
// A log that once grew past this (a huge submission) gives its disk space back.
constexpr int kTruncatePages = 65'536;
// What may be left to copy while the loop is held off: about a millisecond of writing and one disk flush.
constexpr int kFewFrames = 256;
constexpr int kPasses = 4;

}  // namespace

Result<std::unique_ptr<WalKeeper>> WalKeeper::open(const std::string& path, PostToLoop post,
                                                   std::function<void(Error)> on_trouble) {
  SENNIT_ASSIGN(std::unique_ptr<Db> db, Db::open(path, Db::Access::kExisting));
  SENNIT_TRY(db->execute("PRAGMA synchronous = NORMAL"));
  SENNIT_TRY(db->execute("PRAGMA wal_autocheckpoint = 0"));
  // A read makes the connection join the log, which then stays in its place until both connections are closed.
  SENNIT_ASSIGN([[maybe_unused]] const std::int64_t version, db->integer("PRAGMA schema_version"));
  return std::unique_ptr<WalKeeper>(new WalKeeper(path, std::move(post), std::move(on_trouble), std::move(db)));
}

WalKeeper::WalKeeper(std::string path, PostToLoop post, std::function<void(Error)> on_trouble, std::unique_ptr<Db> db)
    : path_(std::move(path)),
      post_(std::move(post)),
      on_trouble_(std::move(on_trouble)),
      db_(std::move(db)),
      ask_at_(kCheckpointPages) {
  // Signals belong to the loop: a thread that blocks none could be chosen to take them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { work(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

WalKeeper::~WalKeeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void WalKeeper::wal_has(int pages) {
  if (pages < last_pages_) ask_at_ = kCheckpointPages;  // the log began anew
  last_pages_ = pages;
  if (pages < ask_at_) return;
  ask_at_ = pages + kCheckpointPages;
  ask_for_checkpoint();
}

void WalKeeper::make_room() { ask_for_checkpoint(); }

void WalKeeper::ask_for_checkpoint() {
  if (asked_.exchange(true)) return;
  {
    const std::lock_guard lock(mutex_);
    too_long_ = true;
  }
  wake_.notify_one();
}

void WalKeeper::flush(Done done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(done));
  }
  wake_.notify_one();
}

void WalKeeper::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || too_long_ || !waiting_.empty(); });
    std::vector<Done> waiting = std::exchange(waiting_, {});
    const bool too_long = std::exchange(too_long_, false);
    if (waiting.empty() && !too_long) return;  // stopping, and nothing is left to do
    lock.unlock();
    // One disk flush answers everybody who asked before it began.
    if (!waiting.empty()) answer(std::move(waiting));
    if (too_long) shrink_log();
    lock.lock();
  }
}

void WalKeeper::answer(std::vector<Done> waiting) {
  const Result<void> result = flush_log();
  for (Done& done : waiting) {
    post_([done = std::move(done), result] { done(result); });
  }
}

Result<void> WalKeeper::flush_log() {
  // Every commit is in the log, or was copied by a checkpoint of this thread, which flushes what it copies. The library
  // takes its locks on other files, so closing this descriptor drops none of them.
  const std::string log = path_ + "-wal";
  const UniqueFd fd(::open(log.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || ::fdatasync(fd.get()) != 0) {
    const int number = errno;
    return Error::from_errno("flush store " + log, number);
  }
  if (directory_flushed_) return {};
  SENNIT_TRY(flush_directory(parent_of(path_)));
  directory_flushed_ = true;
  return {};
}

void WalKeeper::shrink_log() {
  Result<void> shrunk = try_shrink();
  asked_ = false;
  if (shrunk) {
    in_trouble_ = false;
    return;
  }
  if (std::exchange(in_trouble_, true) || !on_trouble_) return;
  post_([report = on_trouble_, error = std::move(shrunk).error()] { report(error); });
}

Result<void> WalKeeper::try_shrink() {
  // Without holding anybody off, until what the loop wrote meanwhile is little.
  Checkpoint last;
  for (int pass = 0; pass < kPasses; ++pass) {
    SENNIT_ASSIGN(const Checkpoint now, db_->checkpoint(CheckpointMode::kPassive));
    const int new_frames = now.wal_frames - last.wal_frames;
    last = now;
    if (new_frames < kFewFrames) break;
  }
  if (last.wal_frames < kHoldOffPages) return {};
  const bool huge = last.wal_frames > kTruncatePages;
  SENNIT_ASSIGN([[maybe_unused]] const Checkpoint done,
                db_->checkpoint(huge ? CheckpointMode::kTruncate : CheckpointMode::kRestart));
  return {};
}

}  // namespace sennit::store
