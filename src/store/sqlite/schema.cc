#include "store/sqlite/schema.h"

#include <fmt/format.h>
#include <unistd.h>

namespace sennit::store {
namespace {

// The journal's rowid is (workflow key << 32 | first seq): rows of one workflow lie together, are found without an
// index of their own, and appending one touches a single page.
constexpr const char* kFirst = R"sql(
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE slug (
  slug   TEXT PRIMARY KEY,
  last_n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workflow (
  key          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  uuid         TEXT NOT NULL UNIQUE,
  n            INTEGER NOT NULL,
  name         TEXT NOT NULL,
  user         TEXT NOT NULL,
  pool         TEXT NOT NULL,
  priority     INTEGER NOT NULL,
  parent_id    TEXT NOT NULL,
  submitted_us INTEGER NOT NULL,
  status       INTEGER NOT NULL,
  started_us   INTEGER NOT NULL,
  ended_us     INTEGER NOT NULL,
  finished     INTEGER NOT NULL
) STRICT;
CREATE INDEX workflow_live ON workflow (key) WHERE finished = 0;
CREATE INDEX workflow_ended ON workflow (ended_us, key) WHERE finished = 1;

CREATE TABLE workflow_label (
  workflow_key INTEGER NOT NULL,
  name         TEXT NOT NULL,
  value        TEXT NOT NULL,
  PRIMARY KEY (workflow_key, name)
) STRICT, WITHOUT ROWID;

-- All four are sealed with the key file.
CREATE TABLE workflow_text (
  key      INTEGER PRIMARY KEY,
  spec     BLOB NOT NULL,
  context  BLOB NOT NULL,
  source   BLOB NOT NULL,
  rendered BLOB NOT NULL
) STRICT;

CREATE TABLE snapshot (
  key   INTEGER PRIMARY KEY,
  seq   INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE journal (
  place  INTEGER PRIMARY KEY,
  events INTEGER NOT NULL,
  bytes  BLOB NOT NULL
) STRICT;
)sql";

constexpr const char* kTags = R"sql(
CREATE TABLE workflow_tag (
  workflow_key INTEGER NOT NULL,
  tag          TEXT NOT NULL,
  PRIMARY KEY (workflow_key, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX workflow_tag_by_tag ON workflow_tag (tag, workflow_key);
)sql";

// Workflows that are reopened, and submissions as they came. Which workflows an older one reads is sealed in its spec;
// what a restart reads lies in its parent.
constexpr const char* kReopening = R"sql(
ALTER TABLE workflow ADD COLUMN reopened_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflow_text ADD COLUMN request BLOB NOT NULL DEFAULT x'';

CREATE TABLE loan (
  lender   TEXT NOT NULL,
  borrower INTEGER NOT NULL,
  PRIMARY KEY (lender, borrower)
) STRICT, WITHOUT ROWID;
CREATE INDEX loan_borrower ON loan (borrower);
INSERT INTO loan (lender, borrower) SELECT parent_id, key FROM workflow WHERE parent_id <> '';
)sql";

// Who has which, and for what, in clear; the values sealed.
constexpr const char* kCredentials = R"sql(
CREATE TABLE credential (
  user    TEXT NOT NULL,
  name    TEXT NOT NULL,
  type    INTEGER NOT NULL,
  profile TEXT NOT NULL,
  set_us  INTEGER NOT NULL,
  payload BLOB NOT NULL,
  PRIMARY KEY (user, name)
) STRICT;
CREATE UNIQUE INDEX credential_profile ON credential (user, profile) WHERE profile <> '';
)sql";

// bytes: -1 is not known.
constexpr const char* kRetention = R"sql(
ALTER TABLE workflow ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflow ADD COLUMN bytes INTEGER NOT NULL DEFAULT -1;
ALTER TABLE workflow ADD COLUMN condemned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX workflow_unmeasured ON workflow (key) WHERE finished = 1 AND condemned = 0 AND bytes = -1;
CREATE INDEX workflow_condemned ON workflow (key) WHERE condemned = 1;
)sql";

// What hooks are told (store/outbox.h).
constexpr const char* kDeliveries = R"sql(
CREATE TABLE delivery (
  id           INTEGER PRIMARY KEY,
  workflow_key INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  hook         TEXT NOT NULL,
  state        INTEGER NOT NULL,
  tries        INTEGER NOT NULL,
  made_us      INTEGER NOT NULL,
  due_us       INTEGER NOT NULL,
  ended_us     INTEGER NOT NULL,
  message      TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_waiting ON delivery (id) WHERE state = 0;
)sql";

constexpr Migration kMigrations[] = {{kFirst}, {kTags}, {kReopening}, {kCredentials}, {kRetention}, {kDeliveries}};

Result<void> apply_step(Db& db, const Migration& step, std::int64_t number) {
  SENNIT_ASSIGN(Tx tx, Tx::begin(db));
  SENNIT_TRY(db.execute(step.sql));
  SENNIT_TRY(db.execute(fmt::format("PRAGMA user_version = {}", number)));
  return tx.commit();
}

// A copy that an earlier attempt left is replaced: that attempt's migration did not complete.
Result<void> back_up(Db& db, std::int64_t version) {
  const std::string copy = fmt::format("{}.v{}.bak", db.path(), version);
  ::unlink(copy.c_str());
  Result<void> copied = db.back_up_to(copy);
  if (!copied) return std::move(copied).error().in("back up to " + copy);
  return {};
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

Result<void> migrate(Db& db, std::span<const Migration> steps) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  SENNIT_ASSIGN(const std::int64_t version, db.integer("PRAGMA user_version"));
  if (version > newest) {
    return Error(ErrorCode::kCorrupt,
                 fmt::format("store {} has format {}, of a later release; this release knows formats up to {}",
                             db.path(), version, newest));
  }
  if (version == newest) return {};
  if (version > 0) SENNIT_TRY(back_up(db, version));
  for (std::int64_t step = version; step < newest; ++step) {
    SENNIT_TRY(apply_step(db, steps[static_cast<std::size_t>(step)], step + 1));
  }
  return {};
}

}  // namespace sennit::store
