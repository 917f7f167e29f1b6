// Opens the database file: makes a new one completely or not at all, and touches an existing one only when it is known
// to be ours.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/secret_key.h"
#include "store/sqlite/db.h"

namespace sennit::store {

// A connection that is ready for use, with all migrations applied. kCorrupt: as open_sqlite_store.
Result<std::unique_ptr<Db>> open_database(const std::string& path, const SecretKey& key);

}  // namespace sennit::store
