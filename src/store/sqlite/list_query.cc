#include "store/sqlite/list_query.h"

#include <fmt/format.h>

#include <utility>

#include "store/slug.h"

namespace sennit::store {
namespace {

constexpr std::string_view kHasLabel =
    "EXISTS (SELECT 1 FROM workflow_label WHERE workflow_key = key AND workflow_label.name = ?";

std::string marks(std::size_t count) {
  std::string text = "?";
  for (std::size_t i = 1; i < count; ++i) text += ", ?";
  return text;
}

// What GLOB takes to be special, besides the star, stands in brackets.
std::string as_glob(std::string_view pattern) {
  std::string glob;
  for (const char c : pattern) {
    if (c == '?' || c == '[') {
      glob.append("[").append(1, c).append("]");
    } else {
      glob += c;
    }
  }
  return glob;
}

}  // namespace

ListQuery::ListQuery(const ListFilter& filter) : sql_(fmt::format("SELECT {} FROM workflow WHERE 1", kRowColumns)) {
  if (!filter.id_contains.empty()) {
    require("instr(id, ?) > 0");
    add(filter.id_contains);
  }
  if (!filter.name.empty()) {
    // Ids begin with what is made of the name, and there is an index of ids.
    require("id >= ? AND id < ? AND name = ?");
    const std::string slug = slug_of(filter.name);
    add(slug + "-");
    add(slug + ".");
    add(filter.name);
  }
  std::vector<Value> statuses;
  for (const WorkflowStatus status : filter.statuses) statuses.emplace_back(static_cast<std::int64_t>(status));
  require_one_of("status", statuses);
  std::vector<Value> priorities;
  for (const Priority priority : filter.priorities) priorities.emplace_back(static_cast<std::int64_t>(priority));
  require_one_of("priority", priorities);
  require_one_of("user", {filter.users.begin(), filter.users.end()});
  require_one_of("pool", {filter.pools.begin(), filter.pools.end()});
  require_labels(filter);
  require_tags(filter);
  if (filter.submitted_from) {
    require("submitted_us >= ?");
    add(filter.submitted_from->unix_us());
  }
  if (filter.submitted_before) {
    require("submitted_us < ?");
    add(filter.submitted_before->unix_us());
  }
  sql_ += " ORDER BY key DESC LIMIT ? OFFSET ?";
  add(std::int64_t{filter.limit});
  add(std::int64_t{filter.offset});
}

void ListQuery::require(std::string_view condition) { sql_.append(" AND (").append(condition).append(")"); }

void ListQuery::require_one_of(std::string_view column, const std::vector<Value>& choices) {
  if (choices.empty()) return;
  require(fmt::format("{} IN ({})", column, marks(choices.size())));
  values_.insert(values_.end(), choices.begin(), choices.end());
}

void ListQuery::require_labels(const ListFilter& filter) {
  for (const LabelCondition& condition : filter.labels) {
    std::string any;
    for (std::size_t i = 0; i < condition.patterns.size(); ++i) any += i == 0 ? "value GLOB ?" : " OR value GLOB ?";
    require(any.empty() ? fmt::format("{})", kHasLabel) : fmt::format("{} AND ({}))", kHasLabel, any));
    add(condition.name);
    for (const std::string& pattern : condition.patterns) add(as_glob(pattern));
  }
  for (const std::string& name : filter.without_labels) {
    require(fmt::format("NOT {})", kHasLabel));
    add(name);
  }
}

void ListQuery::require_tags(const ListFilter& filter) {
  if (filter.tags.empty()) return;
  require(fmt::format("key IN (SELECT workflow_key FROM workflow_tag WHERE tag IN ({}))", marks(filter.tags.size())));
  for (const std::string& tag : filter.tags) add(tag);
}

void ListQuery::bind_to(Stmt& stmt) const {
  for (const Value& value : values_) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      stmt.bind_text(*text);
    } else {
      stmt.bind(std::get<std::int64_t>(value));
    }
  }
}

}  // namespace sennit::store
