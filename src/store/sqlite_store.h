// The Store in one SQLite file, for a user's own server.
//
// Write-ahead log with synchronous=NORMAL: a commit is a write to the page cache (about 13 µs), which survives the
// death of every process but not of the power; `flush` adds that, on a thread of its own, which also keeps the log
// short. docs/formats/state.md describes the file.
//
// Threads: see Store. One store a file and process; StateDir's lock keeps other processes away.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/post.h"
#include "store/secret_key.h"
#include "store/store.h"

namespace sennit::store {

struct SqliteOptions {
  std::string path;
  SecretKey key;
  PostToLoop post;
  // Background trouble that no caller hears of (a checkpoint that fails); called on the loop. May be empty.
  std::function<void(Error)> on_trouble;
};

// Opens the store or makes a new one. kCorrupt: the file is not ours, of a later release, cut short, or sealed with
// another key; it has not been touched then. Blocks for a few file operations; migrations of an old file take longer.
// Destroying the store answers all flushes and leaves a clean file.
Result<std::unique_ptr<Store>> open_sqlite_store(SqliteOptions options);

}  // namespace sennit::store
