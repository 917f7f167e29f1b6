// The table of journals: one row holds the events that one workflow had in one commit.
//
// Threads: the store's. Errors: those of Db; kCorrupt when rows are missing or do not decode.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "store/sqlite/db.h"
#include "store/store.h"

namespace sennit::store {

class JournalTable {
 public:
  static Result<JournalTable> open(Db& db);

  // 0 for a workflow without events.
  Result<Seq> last_seq(WorkflowKey key);
  // Adds a row with the events first, first + 1 ... first + count - 1.
  Result<void> append(WorkflowKey key, Seq first, std::uint64_t count, std::string_view blob);
  // Hands over at most `limit` events after `after`, in order. On an error those before it were handed over.
  Result<void> read(WorkflowKey key, Seq after, std::uint64_t limit, const std::function<void(Seq, Event&&)>& take);
  Result<void> remove(WorkflowKey key);

 private:
  Stmt last_;
  Stmt append_;
  Stmt read_;
  Stmt remove_;
};

// A key and a sequence number must fit into one row number together.
inline constexpr std::uint64_t kMaxKey = (std::uint64_t{1} << 31) - 1;
inline constexpr Seq kMaxSeq = (std::uint64_t{1} << 32) - 1;

}  // namespace sennit::store
