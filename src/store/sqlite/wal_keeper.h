// The disk's slow half, on a thread of its own: flushes the write-ahead log when asked, and copies it into the database
// when it has grown, so that a commit on the loop never waits for the disk.
//
// Threads:   constructed, called and destroyed on the loop thread; works on its own thread with its own connection.
// Ownership: callbacks run through `post` only. The destructor answers every flush that was asked for, then joins.
// Errors:    a flush's error goes to its callback; a checkpoint's to `on_trouble`, once until one succeeds again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "store/post.h"
#include "store/sqlite/db.h"

namespace sennit::store {

class WalKeeper {
 public:
  static Result<std::unique_ptr<WalKeeper>> open(const std::string& path, PostToLoop post,
                                                 std::function<void(Error)> on_trouble);
  ~WalKeeper();
  WalKeeper(const WalKeeper&) = delete;
  WalKeeper& operator=(const WalKeeper&) = delete;

  // The log has `pages` pages now; called after each commit, so it costs one comparison nearly always.
  void wal_has(int pages);
  // The disk is full: a log that can be written from its beginning again needs no more of it.
  void make_room();
  void flush(std::function<void(Result<void>)> done);

 private:
  using Done = std::function<void(Result<void>)>;

  WalKeeper(std::string path, PostToLoop post, std::function<void(Error)> on_trouble, std::unique_ptr<Db> db);
  void work();
  void ask_for_checkpoint();
  void answer(std::vector<Done> waiting);
  Result<void> flush_log();
  void shrink_log();
  Result<void> try_shrink();

  const std::string path_;
  const PostToLoop post_;
  const std::function<void(Error)> on_trouble_;
  const std::unique_ptr<Db> db_;    // the thread's
  bool directory_flushed_ = false;  // the thread's
  bool in_trouble_ = false;         // the thread's

  int last_pages_ = 0;  // the loop's
  int ask_at_;          // the loop's: pages that make a checkpoint due
  std::atomic<bool> asked_{false};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Done> waiting_;  // guarded by mutex_
  bool too_long_ = false;      // guarded by mutex_: a checkpoint is due
  bool stopping_ = false;      // guarded by mutex_

  std::thread thread_;  // last: starts when everything else is there
};

}  // namespace sennit::store
