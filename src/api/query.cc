#include "api/query.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <utility>

#include "api/priority.h"
#include "spec/label_selector.h"
#include "views/json_writer.h"

namespace sennit::api {
namespace {

constexpr std::uint32_t kMaxListed = 1000;

Error wrong(std::string_view name, std::string_view written, std::string_view expected) {
  return {ErrorCode::kInvalid, fmt::format("{}={}: {} was expected", name, written, expected)};
}

// The comma-separated parts of every parameter of that name.
std::vector<std::string> list_parameter(const http::Target& target, std::string_view name) {
  std::vector<std::string> parts;
  for (const http::QueryParameter& parameter : target.query) {
    if (parameter.name != name) continue;
    std::string_view rest = parameter.value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      if (comma != 0) parts.emplace_back(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return parts;
}

// Several are joined by "and". Not split at commas, which no selector has.
Result<void> add_labels(const http::Target& target, store::ListFilter& filter) {
  for (const http::QueryParameter& parameter : target.query) {
    if (parameter.name != "label") continue;
    Result<spec::LabelSelector> selector = spec::parse_label_selector(parameter.value);
    if (!selector) return std::move(selector).error().in("label=" + parameter.value);
    filter.labels.push_back({std::move(selector->key), std::move(selector->patterns)});
  }
  return {};
}

Result<void> add_priorities(const http::Target& target, store::ListFilter& filter) {
  for (const std::string& text : list_parameter(target, "priority")) {
    const auto priority = parse_priority(text);
    if (!priority) return wrong("priority", text, "HIGH, NORMAL or LOW");
    filter.priorities.push_back(*priority);
  }
  return {};
}

}  // namespace

std::optional<std::string> text_parameter(const http::Target& target, std::string_view name) {
  const std::string* value = target.find(name);
  if (value == nullptr || value->empty()) return std::nullopt;
  return *value;
}

Result<std::optional<Instant>> time_parameter(const http::Target& target, std::string_view name) {
  const auto text = text_parameter(target, name);
  if (!text) return std::optional<Instant>();
  const auto at = views::parse_instant(*text);
  if (!at) return wrong(name, *text, "a time such as 2026-11-27T08:00:00Z");
  return at;
}

Result<std::optional<std::uint64_t>> number_parameter(const http::Target& target, std::string_view name) {
  const auto text = text_parameter(target, name);
  if (!text) return std::optional<std::uint64_t>();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size()) return wrong(name, *text, "a whole number");
  return std::optional(number);
}

Result<std::optional<std::uint32_t>> small_number_parameter(const http::Target& target, std::string_view name) {
  SENNIT_ASSIGN(const auto number, number_parameter(target, name));
  if (!number) return std::optional<std::uint32_t>();
  if (!std::in_range<std::uint32_t>(*number)) {
    return wrong(name, std::to_string(*number), fmt::format("at most {}", std::numeric_limits<std::uint32_t>::max()));
  }
  return std::optional(static_cast<std::uint32_t>(*number));
}

bool flag_parameter(const http::Target& target, std::string_view name) {
  const auto text = text_parameter(target, name);
  return text == "1" || text == "true";
}

Result<EventLevel> event_level(const http::Target& target) {
  const std::string level = text_parameter(target, "level").value_or("all");
  if (level == "workflow") return EventLevel::kWorkflow;
  if (level == "failures") return EventLevel::kFailures;
  if (level == "tasks") return EventLevel::kTasks;
  if (level == "all") return EventLevel::kAll;
  return wrong("level", level, "workflow, failures, tasks or all");
}

Result<store::ListFilter> list_filter(const http::Target& target) {
  store::ListFilter filter;
  filter.id_contains = text_parameter(target, "name").value_or("");
  filter.users = list_parameter(target, "user");
  filter.pools = list_parameter(target, "pool");
  for (const std::string& text : list_parameter(target, "status")) {
    const auto status = parse_workflow_status(text);
    if (!status) return wrong("status", text, "a workflow status such as RUNNING or FAILED");
    filter.statuses.push_back(*status);
  }
  SENNIT_TRY(add_priorities(target, filter));
  SENNIT_TRY(add_labels(target, filter));
  filter.without_labels = list_parameter(target, "no_label");
  filter.tags = list_parameter(target, "tag");
  SENNIT_ASSIGN(filter.submitted_from, time_parameter(target, "submitted_after"));
  SENNIT_ASSIGN(filter.submitted_before, time_parameter(target, "submitted_before"));
  SENNIT_ASSIGN(const auto limit, number_parameter(target, "limit"));
  if (limit && (*limit == 0 || *limit > kMaxListed)) {
    return wrong("limit", std::to_string(*limit), fmt::format("1 to {}", kMaxListed));
  }
  if (limit) filter.limit = static_cast<std::uint32_t>(*limit);
  SENNIT_ASSIGN(const auto offset, small_number_parameter(target, "offset"));
  filter.offset = offset.value_or(0);
  return filter;
}

}  // namespace sennit::api
