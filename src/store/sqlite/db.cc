#include "store/sqlite/db.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "store/private_file.h"

namespace sennit::store {
namespace {

// Only our own checkpoint thread is ever in the way, for about as long as a disk flush takes. The library's own
// back-off begins with a millisecond; the loop cannot give away that much.
constexpr int kBusyStepUs = 100;
constexpr int kBusySteps = 100'000;  // 10 s

int wait_a_little(void* /*unused*/, int tries) {
  if (tries >= kBusySteps) return 0;
  ::usleep(kBusyStepUs);
  return 1;
}

int pass_on_wal_pages(void* watch, sqlite3* /*db*/, const char* /*name*/, int pages) {
  (*static_cast<std::function<void(int)>*>(watch))(pages);
  return SQLITE_OK;
}

bool is_out_of_space(int number) { return number == ENOSPC || number == EDQUOT || number == EFBIG; }

ErrorCode code_of(int code, int system_errno) {
  switch (code & 0xff) {
    case SQLITE_FULL: return ErrorCode::kExhausted;
    case SQLITE_IOERR: return is_out_of_space(system_errno) ? ErrorCode::kExhausted : ErrorCode::kIo;
    case SQLITE_CANTOPEN: return is_out_of_space(system_errno) ? ErrorCode::kExhausted : ErrorCode::kIo;
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG: return ErrorCode::kExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::kCorrupt;
    case SQLITE_CONSTRAINT: return ErrorCode::kConflict;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::kUnavailable;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL: return ErrorCode::kIo;
    default: return ErrorCode::kInternal;
  }
}

std::string describe(int code, int system_errno, const char* message) {
  if ((code & 0xff) == SQLITE_FULL || is_out_of_space(system_errno)) return "no space left on the disk";
  std::string text = message;
  const bool from_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  if (from_system && system_errno != 0) text.append(": ").append(std::system_category().message(system_errno));
  return text;
}

int mode_of(CheckpointMode mode) {
  switch (mode) {
    case CheckpointMode::kPassive: return SQLITE_CHECKPOINT_PASSIVE;
    case CheckpointMode::kRestart: return SQLITE_CHECKPOINT_RESTART;
    case CheckpointMode::kTruncate: return SQLITE_CHECKPOINT_TRUNCATE;
  }
  return SQLITE_CHECKPOINT_PASSIVE;
}

}  // namespace

void CloseDb::operator()(sqlite3* db) const { sqlite3_close_v2(db); }
void FinalizeStmt::operator()(sqlite3_stmt* stmt) const { sqlite3_finalize(stmt); }

// --- Stmt ----------------------------------------------------------------------------------------------------------

Stmt& Stmt::bind(std::int64_t value) {
  if (const int code = sqlite3_bind_int64(stmt_.get(), next_++, value); code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Stmt& Stmt::bind_text(std::string_view text) {
  const int code = sqlite3_bind_text64(stmt_.get(), next_++, text.data() == nullptr ? "" : text.data(), text.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Stmt& Stmt::bind_blob(std::string_view bytes) {
  // A null pointer would bind NULL instead of an empty blob.
  const int code = sqlite3_bind_blob64(stmt_.get(), next_++, bytes.data() == nullptr ? "" : bytes.data(), bytes.size(),
                                       SQLITE_STATIC);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Result<bool> Stmt::step() {
  errno = 0;
  const int code = bind_error_ != 0 ? bind_error_ : sqlite3_step(stmt_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error error = db_->error(code);  // before the reset, which may change the connection's last error
  reset();
  return error;
}

Result<void> Stmt::run() {
  SENNIT_ASSIGN(const bool row, step());
  if (row) reset();
  return {};
}

std::int64_t Stmt::integer(int column) const { return sqlite3_column_int64(stmt_.get(), column); }

std::string_view Stmt::bytes(int column) const {
  const void* data = sqlite3_column_blob(stmt_.get(), column);
  const int size = sqlite3_column_bytes(stmt_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Stmt::reset() {
  // Old bindings stay: they are bound anew before each run, and clearing them costs as much as the binding.
  sqlite3_reset(stmt_.get());
  next_ = 1;
  bind_error_ = 0;
}

// --- Db ------------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<Db>> Db::open(const std::string& path, Access access) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (access == Access::kCreate) flags |= SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  errno = 0;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  std::unique_ptr<Db> db(new Db(path, raw));  // also closes a connection that failed to open
  if (code != SQLITE_OK) return db->error(code).in("open");
  sqlite3_busy_handler(raw, &wait_a_little, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return db;
}

Error Db::error(int code) const {
  if (db_ == nullptr) return {ErrorCode::kExhausted, "store " + path_ + ": out of memory"};
  // The library keeps the number for some of its calls only (not for COMMIT); errno, cleared before each, has it still.
  const int number = errno != 0 ? errno : sqlite3_system_errno(db_.get());
  std::string message = "store " + path_ + ": " + describe(code, number, sqlite3_errmsg(db_.get()));
  return {code_of(code, number), std::move(message)};
}

Result<void> Db::execute(const std::string& sql) {
  errno = 0;
  const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<std::int64_t> Db::integer(const std::string& sql) {
  SENNIT_ASSIGN(Stmt stmt, prepare(sql));
  SENNIT_ASSIGN(const bool row, stmt.step());
  if (!row) return Error(ErrorCode::kInternal, "store " + path_ + ": no row from " + sql);
  return stmt.integer(0);
}

Result<Stmt> Db::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code =
      sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return error(code);
  return Stmt(*this, raw);
}

std::int64_t Db::changes() const { return sqlite3_changes64(db_.get()); }

Result<void> Db::prepare_transactions() {
  if (begin_.stmt_ != nullptr) return {};
  // IMMEDIATE takes the write lock at once, so a transaction never fails in its middle for want of it.
  SENNIT_ASSIGN(begin_, prepare("BEGIN IMMEDIATE"));
  SENNIT_ASSIGN(commit_, prepare("COMMIT"));
  SENNIT_ASSIGN(rollback_, prepare("ROLLBACK"));
  return {};
}

Result<Checkpoint> Db::checkpoint(CheckpointMode mode) {
  Checkpoint result;
  errno = 0;
  const int code = sqlite3_wal_checkpoint_v2(db_.get(), "main", mode_of(mode), &result.wal_frames, &result.done_frames);
  if (code != SQLITE_OK) return error(code).in("checkpoint");
  return result;
}

Result<void> Db::back_up_to(const std::string& path) {
  // VACUUM INTO writes a consistent copy without touching this file, and refuses to overwrite.
  SENNIT_ASSIGN(Stmt stmt, prepare("VACUUM INTO ?1"));
  return stmt.bind_text(path).run();
}

void Db::set_on_close(OnClose what) {
  sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, what == OnClose::kLeaveAlone ? 1 : 0, nullptr);
}

void Db::watch_wal(std::function<void(int)> watch) {
  watch_wal_ = std::move(watch);
  sqlite3_wal_hook(db_.get(), &pass_on_wal_pages, &watch_wal_);
}

// --- Tx ------------------------------------------------------------------------------------------------------------

Result<Tx> Tx::begin(Db& db) {
  SENNIT_TRY(db.prepare_transactions());
  SENNIT_TRY(db.begin_.run());
  return Tx(db);
}

Tx::~Tx() {
  if (db_ == nullptr) return;
  // A full disk or an I/O error may have rolled back already; a second rollback would only say so.
  if (sqlite3_get_autocommit(db_->db_.get()) != 0) return;
  ignore(db_->rollback_.run(), "the transaction is gone either way; its cause was reported");
}

Result<void> Tx::commit() {
  SENNIT_TRY(db_->commit_.run());  // on failure the destructor rolls back
  db_ = nullptr;
  return {};
}

}  // namespace sennit::store
