#include "store/sqlite/open_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/unique_fd.h"
#include "store/private_file.h"
#include "store/sqlite/file_check.h"
#include "store/sqlite/schema.h"

namespace sennit::store {
namespace {

constexpr std::string_view kFingerprint = "key_fingerprint";

Error failed(const char* doing, const std::string& path) {
  const int number = errno;
  return Error::from_errno(fmt::format("{} store {}", doing, path), number);
}

Result<void> remember_key(Db& db, const SecretKey& key) {
  SENNIT_ASSIGN(Stmt insert, db.prepare("INSERT INTO meta (name, value) VALUES (?1, ?2)"));
  const std::string fingerprint = key.fingerprint();
  return insert.bind_text(kFingerprint).bind_text(fingerprint).run();
}

Result<void> check_key(Db& db, const SecretKey& key) {
  SENNIT_ASSIGN(Stmt select, db.prepare("SELECT value FROM meta WHERE name = ?1"));
  SENNIT_ASSIGN(const bool found, select.bind_text(kFingerprint).step());
  if (found && select.text(0) == key.fingerprint()) return {};
  return Error(ErrorCode::kCorrupt,
               fmt::format("store {} was sealed with another key: its key file was lost or replaced", db.path()));
}

Result<void> fill_new(const std::string& path, const SecretKey& key) {
  SENNIT_ASSIGN(const std::unique_ptr<Db> db, Db::open(path, Db::Access::kExisting));
  SENNIT_TRY(db->execute("PRAGMA synchronous = OFF"));  // flushed once, as a whole, before it gets its name
  SENNIT_TRY(db->execute("PRAGMA journal_mode = WAL"));
  SENNIT_TRY(db->execute(fmt::format("PRAGMA application_id = {}", kApplicationId)));
  SENNIT_TRY(migrate(*db, migrations()));
  SENNIT_TRY(remember_key(*db, key));
  SENNIT_ASSIGN([[maybe_unused]] const Checkpoint done, db->checkpoint(CheckpointMode::kTruncate));
  return {};
}

void remove_with_log(const std::string& path) {
  for (const char* ending : {"", "-wal", "-shm"}) ::unlink((path + ending).c_str());
}

// Under another name until it is complete, so that an empty or half-made file under the real name is always damage.
Result<void> create(const std::string& path, const SecretKey& key) {
  const std::string unfinished = path + ".new";
  remove_with_log(unfinished);
  // 0600; the library gives the log the same mode as the file.
  const UniqueFd fd(::open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return failed("create", unfinished);
  Result<void> filled = fill_new(unfinished, key);
  if (!filled) {
    remove_with_log(unfinished);
    return std::move(filled).error().in("create store");
  }
  // A log without its store belongs to a file that somebody removed; the new one must not read it.
  remove_with_log(path);
  if (::fsync(fd.get()) != 0) return failed("flush", unfinished);
  if (::rename(unfinished.c_str(), path.c_str()) != 0) return failed("create", path);
  return flush_directory(parent_of(path));
}

// The log may hold a newer header than the file, so ours and of our release is asked again, through the library.
Result<void> check_ours(Db& db) {
  SENNIT_ASSIGN(const std::int64_t application, db.integer("PRAGMA application_id"));
  if (application != kApplicationId) {
    return Error(ErrorCode::kCorrupt, fmt::format("{} is not a store of sennit", db.path()));
  }
  SENNIT_ASSIGN(const std::int64_t version, db.integer("PRAGMA user_version"));
  if (version <= static_cast<std::int64_t>(migrations().size())) return {};
  return migrate(db, migrations());  // changes nothing, and has the words for it
}

}  // namespace

Result<std::unique_ptr<Db>> open_database(const std::string& path, const SecretKey& key) {
  SENNIT_ASSIGN(const FileState state, check_file(path, static_cast<std::uint32_t>(migrations().size())));
  if (state == FileState::kAbsent) SENNIT_TRY(create(path, key));
  SENNIT_ASSIGN(std::unique_ptr<Db> db, Db::open(path, Db::Access::kExisting));
  db->set_on_close(Db::OnClose::kLeaveAlone);
  SENNIT_TRY(check_ours(*db));
  SENNIT_TRY(check_key(*db, key));
  db->set_on_close(Db::OnClose::kCheckpoint);
  SENNIT_TRY(db->execute("PRAGMA synchronous = NORMAL"));
  SENNIT_TRY(db->execute("PRAGMA wal_autocheckpoint = 0"));
  SENNIT_TRY(db->execute("PRAGMA cell_size_check = ON"));
  SENNIT_TRY(db->execute("PRAGMA temp_store = MEMORY"));
  SENNIT_TRY(migrate(*db, migrations()));
  return db;
}

}  // namespace sennit::store
