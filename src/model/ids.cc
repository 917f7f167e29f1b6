#include "model/ids.h"

#include <fmt/format.h>

#include <charconv>

namespace sennit {
namespace {

// Takes a number and, unless it is the last one, the '-' behind it off the front of `text`.
template <class Int>
bool take_number(std::string_view& text, Int& value, int base) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.empty()) return true;
  if (text.front() != '-') return false;
  text.remove_prefix(1);
  return !text.empty();
}

}  // namespace

std::string to_string(const AttemptId& id) {
  return fmt::format("{:016x}-{}-{}-{}", id.instance.value(), id.workflow.value(), id.task.value(), id.number);
}

std::optional<AttemptId> parse_attempt_id(std::string_view text) {
  std::uint64_t instance = 0;
  std::uint64_t workflow = 0;
  std::uint32_t task = 0;
  std::uint32_t number = 0;
  if (!take_number(text, instance, 16) || !take_number(text, workflow, 10) || !take_number(text, task, 10)) return {};
  if (text.empty() || !take_number(text, number, 10) || !text.empty()) return {};
  return AttemptId{InstanceId(instance), WorkflowKey(workflow), TaskIndex(task), number};
}

}  // namespace sennit
