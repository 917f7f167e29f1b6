// A ListFilter as SQL: only the conditions that are asked for, every value bound.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/history.h"
#include "store/sqlite/db.h"

namespace sennit::store {

// The columns of a row, in the order in which WorkflowTable reads and writes them.
inline constexpr std::string_view kRowColumns =
    "key, id, uuid, n, name, user, pool, priority, parent_id, submitted_us, status, started_us, ended_us, finished, "
    "reopened_us, pinned, bytes";

// The newest rows first.
class ListQuery {
 public:
  explicit ListQuery(const ListFilter& filter);

  const std::string& sql() const { return sql_; }
  // This query must outlive the run of the statement.
  void bind_to(Stmt& stmt) const;

 private:
  using Value = std::variant<std::int64_t, std::string>;

  // Adds "and (<condition>)"; each '?' in it takes the next of the values that are added.
  void require(std::string_view condition);
  void add(std::int64_t value) { values_.emplace_back(value); }
  void add(std::string value) { values_.emplace_back(std::move(value)); }
  void require_one_of(std::string_view column, const std::vector<Value>& choices);
  void require_labels(const ListFilter& filter);
  void require_tags(const ListFilter& filter);

  std::string sql_;
  std::vector<Value> values_;
};

}  // namespace sennit::store
