// The tables of the store's database, as the steps that lead to them.
//
// A released step is never changed; a new one is appended. `user_version` counts the steps that a file has seen.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "store/sqlite/db.h"

namespace sennit::store {

// "Snnt", at byte 68 of the file: tells our files from other people's.
inline constexpr std::uint32_t kApplicationId = 0x536e6e74;

struct Migration {
  const char* sql;  // run inside a transaction
};

std::span<const Migration> migrations();

// Brings a database to the last of `steps`. A file that has data is copied to "<path>.v<old version>.bak" first. Each
// step is one transaction with its number, so a crash leaves a whole step undone. kCorrupt: the file is of a later
// release.
Result<void> migrate(Db& db, std::span<const Migration> steps);

}  // namespace sennit::store
