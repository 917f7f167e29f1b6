#include "api/measure_board.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace sennit::api {
namespace {

// Whether the task still runs that attempt. What is told of an earlier one is out of date.
bool is_current(const core::State& engine, WorkflowKey workflow, TaskIndex task, std::uint32_t number) {
  const core::WorkflowState* state = engine.find(workflow);
  if (state == nullptr || task.value() >= state->tasks.size()) return false;
  const core::TaskState& row = state->task(task);
  return row.number == number && !is_finished(row.status);
}

std::optional<double> finite(std::optional<double> value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::string minutes_text(Micros time) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time).count();
  if (minutes >= 120) return fmt::format("{} h", minutes / 60);
  if (minutes >= 1) return fmt::format("{} min", minutes);
  return fmt::format("{} s", std::chrono::duration_cast<std::chrono::seconds>(time).count());
}

}  // namespace

MeasureBoard::Entry* MeasureBoard::entry_for(const AttemptId& attempt) {
  if (!is_current(engine_, attempt.workflow, attempt.task, attempt.number)) return nullptr;
  const auto [entry, added] = entries_.try_emplace(Key{attempt.workflow, attempt.task});
  if (added && entries_.size() >= clean_at_) {
    drop_ended();
    return &entries_[Key{attempt.workflow, attempt.task}];
  }
  return &entry->second;
}

// As many as there are twice as many of since the last time: each costs the same in the end.
void MeasureBoard::drop_ended() {
  std::erase_if(entries_, [this](const auto& one) {
    const core::WorkflowState* state = engine_.find(one.first.workflow);
    return state == nullptr || one.first.task.value() >= state->tasks.size() ||
           is_finished(state->task(one.first.task).status);
  });
  clean_at_ = std::max<std::size_t>(64, 2 * entries_.size());
}

void MeasureBoard::put(ProgressReport report) {
  Entry* entry = entry_for(report.attempt);
  if (entry == nullptr) return;
  entry->progress = std::move(report);
  changed_(entry->progress->attempt);
}

void MeasureBoard::put(UsageReport report) {
  Entry* entry = entry_for(report.attempt);
  if (entry == nullptr) return;
  entry->usage = std::move(report);
  changed_(entry->usage->attempt);
}

const MeasureBoard::Entry* MeasureBoard::find(const core::WorkflowState& workflow, TaskIndex task) const {
  const auto found = entries_.find(Key{workflow.key, task});
  return found == entries_.end() || workflow.task(task).status != Status::kRunning ? nullptr : &found->second;
}

const ProgressReport* MeasureBoard::progress_of(const core::WorkflowState& workflow, TaskIndex task) const {
  const Entry* entry = find(workflow, task);
  const bool is_there = entry != nullptr && entry->progress;
  return is_there && entry->progress->attempt.number == workflow.task(task).number ? &*entry->progress : nullptr;
}

const UsageReport* MeasureBoard::usage_of(const core::WorkflowState& workflow, TaskIndex task) const {
  const Entry* entry = find(workflow, task);
  const bool is_there = entry != nullptr && entry->usage;
  return is_there && entry->usage->attempt.number == workflow.task(task).number ? &*entry->usage : nullptr;
}

std::vector<std::string> MeasureBoard::flags_of(const core::WorkflowState& workflow, TaskIndex task,
                                                Instant now) const {
  std::vector<std::string> flags;
  if (const UsageReport* usage = usage_of(workflow, task)) {
    for (const GpuUse& gpu : usage->gpus) {
      const Micros quiet = gpu.quiet_since.is_set() ? now - gpu.quiet_since : Micros::zero();
      if (limits_.gpu_idle <= Micros::zero() || quiet < limits_.gpu_idle) continue;
      flags.push_back(fmt::format("GPU {} has been idle for {}", gpu.device, minutes_text(quiet)));
    }
    const double limit = static_cast<double>(usage->memory_limit.count());
    const double share = limit > 0 ? static_cast<double>(usage->memory.count()) / limit : 0;
    if (share >= limits_.memory) flags.push_back(fmt::format("memory is at {:.0f}% of its limit", share * 100));
  }
  if (const ProgressReport* progress = progress_of(workflow, task)) {
    for (const auto& [name, value] : progress->values) {
      if (!std::isfinite(value) && name.ends_with("loss")) flags.push_back(fmt::format("{} is {}", name, value));
    }
  }
  return flags;
}

void MeasureBoard::add_details(const core::WorkflowState& workflow, TaskIndex task, Instant now,
                               std::vector<std::string>& details) const {
  if (const ProgressReport* progress = progress_of(workflow, task)) {
    if (std::string text = progress_line(progress->values); !text.empty()) details.push_back(std::move(text));
  }
  for (std::string& flag : flags_of(workflow, task, now)) details.push_back(std::move(flag));
}

views::ProgressView view_of(const std::vector<NamedValue>& values, Instant at) {
  views::ProgressView view;
  view.text = progress_line(values);
  view.percent = percent_of(values);
  view.step = finite(value_of(values, "step"));
  view.total = finite(value_of(values, "total"));
  view.epoch = finite(value_of(values, "epoch"));
  view.epochs = finite(value_of(values, "epochs"));
  view.loss = finite(value_of(values, "loss"));
  view.learning_rate = finite(value_of(values, "learning_rate"));
  view.accuracy = finite(value_of(values, "accuracy"));
  for (const auto& [name, value] : values) view.metrics[name] = finite(value);
  view.at = at;
  return view;
}

views::LoadView view_of(const UsageReport& usage) {
  views::LoadView view;
  view.cpus = static_cast<double>(usage.cpu_thousandths) / 1000;
  view.cpu_seconds = static_cast<double>(usage.cpu_time.count()) / 1e6;
  view.memory = usage.memory.count();
  if (usage.memory_limit != Bytes()) view.memory_limit = usage.memory_limit.count();
  view.read = usage.read.count();
  view.written = usage.written.count();
  for (const GpuUse& gpu : usage.gpus) {
    views::GpuUseView& one = view.gpus.emplace_back();
    one.device = gpu.device;
    one.busy = static_cast<double>(gpu.busy) / 1000;
    one.memory = gpu.memory.count();
    if (gpu.own_memory != Bytes()) one.own_memory = gpu.own_memory.count();
    one.quiet_since = gpu.quiet_since;
  }
  view.at = usage.at;
  return view;
}

}  // namespace sennit::api
