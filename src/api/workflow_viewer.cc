#include "api/workflow_viewer.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "api/insight.h"
#include "api/priority.h"
#include "api/run_times.h"
#include "api/usage_view.h"
#include "core/timing.h"
#include "logs/run_layout.h"

namespace sennit::api {
namespace {

// So many of them show the last lines of a log in a verbose status.
constexpr std::size_t kMostTails = 20;

double seconds(Micros duration) { return static_cast<double>(duration.count()) / 1e6; }

std::optional<double> limit_of(Micros limit) {
  if (limit.count() == 0) return std::nullopt;
  return seconds(limit);
}

std::string path_if_there(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? path : std::string();
}

template <class View>
void add_pause(const core::PauseLog& log, View& view) {
  if (!log.is_on()) return;
  view.paused_at = log.since;
  view.paused_by = log.user;
  view.pause_message = log.message;
}

void add_pause(const std::map<TaskIndex, core::PauseLog>& pauses, TaskIndex task, views::TaskView& view) {
  const auto found = pauses.find(task);
  if (found != pauses.end()) add_pause(found->second, view);
}

// The two phases at the ends of a run; a phase that took no time has no times.
void add_transfers(views::TaskView& view, std::uint32_t download_ms, std::uint32_t upload_ms) {
  if (view.start_time.is_set() && download_ms > 0) {
    view.input_download_start_time = view.start_time - std::chrono::milliseconds(download_ms);
    view.input_download_end_time = view.start_time;
  }
  if (view.end_time.is_set() && upload_ms > 0) {
    view.output_upload_start_time = view.end_time;
    view.end_time = view.end_time + std::chrono::milliseconds(upload_ms);
    view.output_upload_end_time = view.end_time;
  }
}

// The first of its tasks' times.
Instant earliest(const core::WorkflowState& workflow, GroupIndex group, Instant core::TaskState::*time) {
  Instant first;
  for (const TaskIndex task : core::TaskRange(workflow.spec->group(group))) {
    const Instant at = workflow.task(task).*time;
    if (at.is_set() && (!first.is_set() || at < first)) first = at;
  }
  return first;
}

// What the groups have that have nothing of their own: the first one's, since a file has one for all.
void add_common_limits(views::WorkflowView& view, const core::WorkflowState& workflow, Instant now) {
  const Workflow& spec = *workflow.spec;
  view.timeout = limit_of(core::workflow_time(spec, workflow.limits));
  if (const auto deadline = core::deadline_of(workflow)) {
    view.time_left = seconds(std::max(deadline->at - now, Micros{}));
  }
  if (spec.dialect == Dialect::kJobs) {
    view.exec_timeout = view.timeout;
    return;
  }
  for (std::uint32_t g = 0; g < spec.groups.size(); ++g) {
    if (workflow.limits.groups.contains(GroupIndex(g))) continue;
    view.exec_timeout = limit_of(core::exec_time(spec, workflow.limits, GroupIndex(g)));
    view.queue_timeout = limit_of(core::queue_time(spec, workflow.limits, GroupIndex(g)));
    return;
  }
}

}  // namespace

WorkflowViewer::WorkflowViewer(const core::WorkflowState& workflow, const ViewContext& context, Attempts attempts)
    : workflow_(workflow),
      spec_(*workflow.spec),
      context_(context),
      runs_dir_(context.runs_dir + "/" + workflow.submission.id),
      attempts_(attempts),
      detailed_(spec_.tasks.size() <= kDetailedTasks),
      explanations_(context.engine, workflow, context.now, context.durations) {
  for (const core::PastAttempt& attempt : workflow.past) past_[attempt.task].push_back(&attempt);
}
Instant WorkflowViewer::group_released(TaskIndex index) const {
  return workflow_.group(spec_.tasks[index.value()].group).released_at;
}

std::string WorkflowViewer::host_name(HostId host) const {
  const auto found = context_.engine.hosts.find(host);
  return found == context_.engine.hosts.end() ? "" : found->second.name;
}

views::TaskView WorkflowViewer::named(TaskIndex index, std::uint32_t number) const {
  views::TaskView view;
  view.name = spec_.name_of(index);
  view.retry_id = number;
  view.lead = spec_.tasks[index.value()].lead;
  view.task_uuid = fmt::format("{}{:08x}{:08x}", workflow_.submission.uuid.substr(0, 16), index.value(), 0);
  if (detailed_) {
    const logs::RunLayout layout = logs::run_layout(runs_dir_, view.name, number);
    view.log = path_if_there(layout.log);
    if (view.log.empty()) view.log = path_if_there(layout.packed);
    view.output_dir = path_if_there(layout.output);
  }
  return view;
}

void WorkflowViewer::explain(TaskIndex index, views::TaskView& view) {
  const core::TaskState& task = workflow_.task(index);
  const bool stands_still = view.paused_at.is_set();
  const bool has_reason = (task.status != Status::kRunning || stands_still) && task.status != Status::kCompleted;
  if (!detailed_) {
    if (has_reason) view.reason = view.failure_message;
    return;
  }
  const bool verbose = attempts_ == Attempts::kAll;
  if (!has_reason && !verbose && task.status != Status::kRunning) return;
  const core::Why why = explanations_.task(index);
  if (has_reason) view.reason = why.headline;
  view.expected_start_time = why.expected_start;
  view.expected_end_time = why.expected_end;
  if (!verbose) return;
  // What failed because of another one would show the other one's log again.
  const bool tail = why.log && why.log->task == index && tails_ < kMostTails;
  view.why = view_of(why, workflow_, index, runs_dir_, tail ? LogLines::kLast : LogLines::kNone);
  if (tail) ++tails_;
}

void WorkflowViewer::add_measures(TaskIndex index, views::TaskView& view) const {
  const MeasureBoard& measures = *context_.measures;
  if (const ProgressReport* progress = measures.progress_of(workflow_, index)) {
    view.progress = view_of(progress->values, progress->at);
    if (view.reason.empty()) view.reason = view.progress->text;
  }
  if (const UsageReport* usage = measures.usage_of(workflow_, index)) view.load = view_of(*usage);
  view.flags = measures.flags_of(workflow_, index, context_.now);
  for (const std::string& flag : view.flags) view.reason.append(view.reason.empty() ? "" : "; ").append(flag);
  if (view.why) measures.add_details(workflow_, index, context_.now, view.why->details);
}

views::TaskView WorkflowViewer::latest(TaskIndex index, Instant processing_since) {
  const core::TaskState& task = workflow_.task(index);
  views::TaskView view = named(index, task.number);
  view.status = to_string(task.status);
  if (task.has_exit_code) view.exit_code = task.exit_code;
  view.failure_message = workflow_.message_of(task);
  view.processing_start_time = processing_since;
  view.scheduling_start_time = task.queued_at;
  view.initializing_start_time = task.placed_at;
  view.start_time = task.started_at;
  view.end_time = task.ended_at;
  add_transfers(view, task.download_ms, task.upload_ms);
  view.gpus = to_string(task.gpus);
  if (const ResourceRequest& request = spec_.resources_of(index); !task.gpus.empty() && request.shares_gpus()) {
    if (request.gpu_share > 0) view.gpu_share = static_cast<double>(request.gpu_share) / kWholeGpu;
    if (request.gpu_memory != Bytes()) view.gpu_memory = request.gpu_memory.count();
  }
  if (task.placed_at.is_set()) view.node_name = host_name(task.host);
  if (task.pid != 0) view.pid = task.pid;
  view.usage = view_of(workflow_.usage_of(index));
  add_pause(workflow_.task_pauses, index, view);
  explain(index, view);
  if (context_.measures != nullptr && task.status == Status::kRunning) add_measures(index, view);
  if (context_.transfers != nullptr) {
    if (std::string text = context_.transfers->text_of(workflow_, index, context_.now); !text.empty()) {
      view.reason = std::move(text);
    }
  }
  return view;
}

views::TaskView WorkflowViewer::past(const core::PastAttempt& attempt, Instant processing_since) const {
  views::TaskView view = named(attempt.task, attempt.number);
  view.status = to_string(attempt.status);
  view.exit_code = attempt.exit_code;
  if (attempt.message != 0) view.failure_message = workflow_.messages[attempt.message - 1];
  view.reason = view.failure_message;
  view.processing_start_time = processing_since;
  view.scheduling_start_time = attempt.queued_at;
  view.initializing_start_time = attempt.placed_at;
  view.start_time = attempt.started_at;
  view.end_time = attempt.ended_at;
  add_transfers(view, attempt.download_ms, attempt.upload_ms);
  view.gpus = to_string(attempt.gpus);
  view.node_name = host_name(attempt.host);
  view.usage = view_of(attempt.usage);
  return view;
}

// A first attempt begins with its group, another one once the one before it has ended.
void WorkflowViewer::add_attempts(TaskIndex task, std::vector<views::TaskView>& views) {
  Instant since = group_released(task);
  if (const auto earlier = past_.find(task); earlier != past_.end()) {
    for (const core::PastAttempt* attempt : earlier->second) {
      if (attempts_ == Attempts::kAll) views.push_back(past(*attempt, since));
      since = attempt->ended_at;
    }
  }
  views.push_back(latest(task, since));
}

void WorkflowViewer::add_names(GroupIndex index, views::GroupView& view) const {
  for (const GroupIndex upstream : spec_.upstream.of(index)) {
    if (workflow_.group(upstream).status != Status::kCompleted) {
      view.remaining_upstream_groups.push_back(spec_.name_of(upstream));
    }
  }
  for (const GroupIndex downstream : spec_.downstream.of(index)) {
    view.downstream_groups.push_back(spec_.name_of(downstream));
  }
}

void WorkflowViewer::add_limits(GroupIndex index, views::GroupView& view) const {
  view.exec_timeout = limit_of(core::exec_time(spec_, workflow_.limits, index));
  view.queue_timeout = limit_of(core::queue_time(spec_, workflow_.limits, index));
  std::optional<core::Deadline> next = core::deadline_of(workflow_, index);
  for (const TaskIndex task : core::TaskRange(spec_.group(index))) {
    if (workflow_.task(task).status != Status::kRunning) continue;
    const std::optional<core::Deadline> own = core::deadline_of(context_.engine, workflow_, task);
    if (own && (!next || own->at < next->at)) next = own;
  }
  if (next) view.time_left = seconds(std::max(next->at - context_.now, Micros{}));
}

views::GroupView WorkflowViewer::group(GroupIndex index) {
  const core::GroupState& group = workflow_.group(index);
  const GroupSpec& spec = spec_.group(index);
  views::GroupView view;
  view.name = spec_.name_of(index);
  view.status = to_string(group.status);
  view.processing_start_time = group.released_at;
  view.scheduling_start_time = earliest(workflow_, index, &core::TaskState::queued_at);
  view.initializing_start_time = earliest(workflow_, index, &core::TaskState::placed_at);
  view.start_time = group.started_at;
  view.end_time = group.ended_at;
  add_names(index, view);
  add_limits(index, view);
  for (std::uint32_t i = 0; i < spec.task_count; ++i) {
    add_attempts(TaskIndex(spec.first_task.value() + i), view.tasks);
    const views::TaskView& shown = view.tasks.back();
    if (is_failed(group.status) && view.failure_message.empty()) view.failure_message = shown.failure_message;
  }
  return view;
}

void WorkflowViewer::add_outlook(views::WorkflowView& view) {
  view.cost = cost_view(workflow_, explanations_.durations(workflow_), context_.now);
  if (const auto end = explanations_.estimate().end(); end && end->at > context_.now) view.expected_end_time = end->at;
  if (attempts_ == Attempts::kAll) {
    view.why = view_of(explanations_.workflow(), workflow_, std::nullopt, runs_dir_, LogLines::kLast);
  }
}

views::WorkflowView WorkflowViewer::head() {
  views::WorkflowView view;
  view.name = workflow_.submission.id;
  view.uuid = workflow_.submission.uuid;
  view.submitted_by = workflow_.submission.user;
  if (workflow_.canceled) view.cancelled_by = workflow_.canceled->user;
  view.parent_name = workflow_.submission.parent_id;
  view.status = to_string(workflow_.status);
  view.submit_time = workflow_.submission.submitted_at;
  view.start_time = workflow_.started_at;
  view.end_time = workflow_.ended_at;
  add_common_limits(view, workflow_, context_.now);
  view.pool = workflow_.submission.pool;
  view.backend = workflow_.submission.pool;
  view.priority = to_string(workflow_.submission.priority);
  view.labels = spec_.labels;
  view.workflow_name = spec_.name;
  view.format = spec_.dialect == Dialect::kJobs ? "jobs" : "tasks";
  view.failure_message = workflow_.message;
  view.outputs = outputs_of(spec_, workflow_.submission.id, context_.runs_dir);
  view.counts = counts_of(workflow_);
  add_run_times(view, workflow_.reopened_at, context_.now);
  add_pause(workflow_.pause, view);
  add_outlook(view);
  return view;
}

}  // namespace sennit::api
