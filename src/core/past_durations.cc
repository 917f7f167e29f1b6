#include "core/past_durations.h"

#include <algorithm>

namespace sennit::core {

std::string_view stem_of(std::string_view name) {
  const std::size_t letter = name.find_last_not_of("0123456789");
  if (letter == std::string_view::npos) return name;
  const std::size_t last = name.find_last_not_of("-_.", letter);
  return letter + 1 == name.size() || last == std::string_view::npos ? name : name.substr(0, last + 1);
}

void PastDurations::add(Samples& samples, std::string_view name, Micros duration) {
  auto at = samples.find(name);
  if (at == samples.end()) {
    if (samples.size() >= kMostNames) return;
    at = samples.try_emplace(std::string(name)).first;
  }
  if (at->second.size() < kKept) at->second.push_back(duration);
}

void PastDurations::add(std::string_view task, Micros duration) {
  add(by_name_, task, duration);
  add(by_stem_, stem_of(task), duration);
}

template <class Take>
void PastDurations::each_completed(const WorkflowState& workflow, Take take) {
  std::size_t left = kMostTasks;
  for (std::uint32_t t = 0; t < workflow.tasks.size() && left > 0; ++t) {
    const TaskState& row = workflow.tasks[t];
    if (row.status != Status::kCompleted || !row.started_at.is_set() || row.ended_at < row.started_at) continue;
    take(workflow.spec->name_of(TaskIndex(t)), row.ended_at - row.started_at);
    --left;
  }
}

void PastDurations::add_completed(const WorkflowState& workflow) {
  each_completed(workflow, [this](std::string_view name, Micros duration) { add(name, duration); });
}

void PastDurations::add_alike(const WorkflowState& workflow) {
  each_completed(workflow, [this](std::string_view name, Micros duration) { add(by_stem_, stem_of(name), duration); });
}

std::optional<PastDurations::Median> PastDurations::median(const Samples& samples, std::string_view name) {
  const auto at = samples.find(name);
  if (at == samples.end()) return std::nullopt;
  std::vector<Micros> durations = at->second;
  const auto middle = durations.begin() + static_cast<std::ptrdiff_t>((durations.size() - 1) / 2);
  std::nth_element(durations.begin(), middle, durations.end());
  return Median{*middle, durations.size()};
}

std::optional<PastDurations::Median> PastDurations::of(std::string_view task) const {
  if (const std::optional<Median> same = median(by_name_, task)) return same;
  const std::optional<Median> same_before = earlier_ == nullptr ? std::nullopt : median(earlier_->by_name_, task);
  if (same_before) return same_before;
  if (const std::optional<Median> alike = median(by_stem_, stem_of(task))) return alike;
  return earlier_ == nullptr ? std::nullopt : median(earlier_->by_stem_, stem_of(task));
}

}  // namespace sennit::core
