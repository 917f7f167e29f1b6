// One SQLite connection, its prepared statements and transactions, with errors as Results.
//
// Threads: a Db and everything made from it belong to one thread at a time (the library's own mutex is off).
// Errors:  kExhausted (disk full), kCorrupt (not a database, malformed), kConflict (a constraint), kUnavailable (locked
// by
//          another connection for too long), kIo; every message names the database file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sennit::store {

struct CloseDb {
  void operator()(sqlite3* db) const;
};
struct FinalizeStmt {
  void operator()(sqlite3_stmt* stmt) const;
};

class Db;

// A statement, prepared once and run many times.
class Stmt {
 public:
  Stmt() = default;

  // Binds the next parameter; reset() starts again at the first. Text is not copied: it must outlive the run. A failed
  // bind (too large, out of memory) is reported by the next step.
  Stmt& bind(std::int64_t value);
  Stmt& bind_text(std::string_view text);
  Stmt& bind_blob(std::string_view bytes);

  // true: a row is there to be read; false: the statement is done (and reset, ready for the next run).
  Result<bool> step();
  // For statements without rows.
  Result<void> run();

  // Columns of the present row. Views are valid until the next step.
  std::int64_t integer(int column) const;
  std::string_view bytes(int column) const;
  std::string text(int column) const { return std::string(bytes(column)); }

  void reset();

 private:
  friend class Db;
  Stmt(Db& db, sqlite3_stmt* stmt) : db_(&db), stmt_(stmt) {}

  Db* db_ = nullptr;  // never null in a prepared statement
  std::unique_ptr<sqlite3_stmt, FinalizeStmt> stmt_;
  int next_ = 1;
  int bind_error_ = 0;
};

// Resets a statement when its reader leaves early.
class StmtScope {
 public:
  explicit StmtScope(Stmt& stmt) : stmt_(stmt) {}
  ~StmtScope() { stmt_.reset(); }
  StmtScope(const StmtScope&) = delete;
  StmtScope& operator=(const StmtScope&) = delete;

 private:
  Stmt& stmt_;
};

// How far a checkpoint came.
struct Checkpoint {
  int wal_frames = 0;   // in the write-ahead log
  int done_frames = 0;  // of these, copied into the database
};

enum class CheckpointMode : std::uint8_t {
  kPassive,   // copies what nobody is in the way of; never waits
  kRestart,   // holds off writers, copies all: the log is written from its beginning again
  kTruncate,  // the same, and the log's file becomes empty
};

class Db {
 public:
  enum class Access : std::uint8_t { kExisting, kCreate };

  // Opens for reading and writing. Nothing is written by opening.
  static Result<std::unique_ptr<Db>> open(const std::string& path, Access access);
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  // Runs statements without rows.
  Result<void> execute(const std::string& sql);
  // The one number that the statement gives.
  Result<std::int64_t> integer(const std::string& sql);
  Result<Stmt> prepare(std::string_view sql);
  // Rows that the last statement changed.
  std::int64_t changes() const;

  Result<Checkpoint> checkpoint(CheckpointMode mode);
  // Copies the whole database to a new file at `path`.
  Result<void> back_up_to(const std::string& path);
  // With kLeaveAlone, closing leaves the files as they are: for looking into a file that may not be ours.
  enum class OnClose : std::uint8_t { kCheckpoint, kLeaveAlone };
  void set_on_close(OnClose what);

  // Calls `watch` after each commit with the number of pages in the write-ahead log.
  void watch_wal(std::function<void(int)> watch);

  const std::string& path() const { return path_; }

 private:
  friend class Stmt;
  friend class Tx;
  Db(std::string path, sqlite3* db) : path_(std::move(path)), db_(db) {}
  Result<void> prepare_transactions();
  Error error(int code) const;

  std::string path_;
  std::function<void(int)> watch_wal_;
  std::unique_ptr<sqlite3, CloseDb> db_;
  Stmt begin_;
  Stmt commit_;
  Stmt rollback_;
};

// A write transaction: rolled back unless committed. One at a time.
class Tx {
 public:
  static Result<Tx> begin(Db& db);
  Tx(Tx&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;
  Tx& operator=(Tx&&) = delete;
  ~Tx();

  Result<void> commit();

 private:
  explicit Tx(Db& db) : db_(&db) {}
  Db* db_;  // null once committed
};

}  // namespace sennit::store
