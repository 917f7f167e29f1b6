#include "api/timeouts.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>

#include "core/exit_rules.h"
#include "core/timing.h"

namespace sennit::api {
namespace {

constexpr double kMostSeconds = 100.0 * 365 * 24 * 3600;  // 100 years

Result<std::optional<Micros>> time_of(const char* field, std::optional<double> seconds) {
  if (!seconds) return std::optional<Micros>();
  if (!(*seconds >= 0 && *seconds <= kMostSeconds)) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("field '{}': seconds from 0 (none) to 100 years were expected", field));
  }
  return std::optional<Micros>(Micros(std::llround(*seconds * 1e6)));
}

std::optional<double> seconds_of(Micros time) {
  if (time.count() == 0) return std::nullopt;
  return static_cast<double>(time.count()) / 1e6;
}

// A task by its name, or a group.
std::optional<GroupIndex> find_target(const Workflow& spec, const std::string& name) {
  if (const std::optional<TaskIndex> task = find_task(spec, name)) return spec.tasks[task->value()].group;
  for (std::uint32_t g = 0; g < spec.groups.size(); ++g) {
    if (spec.name_of(GroupIndex(g)) == name) return GroupIndex(g);
  }
  return std::nullopt;
}

// A group of one task is known by the task's name.
std::string shown_name(const Workflow& spec, GroupIndex group) {
  const GroupSpec& of = spec.group(group);
  return of.task_count == 1 ? std::string(spec.name_of(of.first_task)) : spec.name_of(group);
}

Result<void> check_cap(const std::optional<Micros>& time, Micros cap, std::string_view key, const std::string& pool) {
  if (!time || cap.count() == 0 || (time->count() > 0 && *time <= cap)) return {};
  return Error(ErrorCode::kInvalid,
               fmt::format("{} is more than the pool {} allows: {} (max_{})",
                           time->count() == 0 ? "none" : core::readable(*time), pool, core::readable(cap), key));
}

class Preparation {
 public:
  Preparation(const core::WorkflowState& workflow, const views::TimeoutsRequest& request, const TimeoutCaps& caps,
              Instant now)
      : workflow_(workflow), spec_(*workflow.spec), request_(request), caps_(caps), now_(now) {}

  Result<NewTimeouts> run() {
    SENNIT_TRY(check_workflow());
    SENNIT_TRY(read_times());
    SENNIT_TRY(read_target());
    describe();
    return std::move(result_);
  }

 private:
  const std::string& id() const { return workflow_.submission.id; }

  Result<void> check_workflow() const {
    if (is_finished(workflow_.status)) {
      return Error(ErrorCode::kConflict, fmt::format("{} is {} already; its limits change nothing any more", id(),
                                                     to_string(workflow_.status)));
    }
    if (!workflow_.canceled) return {};
    const bool timed_out = workflow_.canceled->reason == StopReason::kWorkflowTimeout;
    return Error(ErrorCode::kConflict,
                 timed_out ? fmt::format("{} is being stopped: it {}", id(), workflow_.canceled->message)
                           : fmt::format("{} is being cancelled", id()));
  }

  Result<void> read_times() {
    event::LimitSet& limits = result_.limits;
    limits.user = request_.user;
    SENNIT_ASSIGN(limits.exec, time_of("exec_timeout", request_.exec_timeout));
    SENNIT_ASSIGN(limits.queue, time_of("queue_timeout", request_.queue_timeout));
    SENNIT_ASSIGN(limits.workflow, time_of("workflow_timeout", request_.workflow_timeout));
    if (!limits.exec && !limits.queue && !limits.workflow) {
      return Error(ErrorCode::kInvalid, "no limit is given: exec_timeout, queue_timeout or workflow_timeout");
    }
    if (spec_.dialect == Dialect::kJobs) return {};  // pools limit the groups of tasks files
    SENNIT_TRY(check_cap(limits.exec, caps_.exec, "exec_timeout", workflow_.submission.pool));
    return check_cap(limits.queue, caps_.queue, "queue_timeout", workflow_.submission.pool);
  }

  Result<void> read_target() {
    if (request_.target.empty()) return {};
    const std::optional<GroupIndex> group = find_target(spec_, request_.target);
    if (!group) {
      return Error(ErrorCode::kNotFound, fmt::format("{} has no task or group '{}'", id(), request_.target));
    }
    if (!result_.limits.exec && !result_.limits.queue) {
      return Error(ErrorCode::kInvalid,
                   fmt::format("the workflow's timeout is not one of '{}'; leave the name out", request_.target));
    }
    const core::GroupState& row = workflow_.group(*group);
    if (is_group_finished(row.status)) {
      return Error(ErrorCode::kConflict, fmt::format("{} is {} already; its limits change nothing any more",
                                                     request_.target, to_string(row.status)));
    }
    if (result_.limits.queue && row.status > Status::kScheduling) {
      if (!result_.limits.exec && !result_.limits.workflow) {
        return Error(ErrorCode::kConflict, fmt::format("{} is {} already; it does not wait in the queue any more",
                                                       request_.target, to_string(row.status)));
      }
      result_.reply.notes.push_back(
          fmt::format("{} has left the queue; its queue timeout changes nothing any more", request_.target));
    }
    result_.limits.group = group;
    result_.reply.group = spec_.name_of(*group);
    return {};
  }

  void describe() {
    views::TimeoutsReply& reply = result_.reply;
    reply.name = id();
    reply.uuid = workflow_.submission.uuid;
    core::LimitChanges then = workflow_.limits;
    then.add(result_.limits);
    if (!spec_.groups.empty()) {
      // Of all groups at once: as the first one has it that has nothing of its own.
      GroupIndex shown = result_.limits.group.value_or(GroupIndex(0));
      while (!result_.limits.group && then.groups.contains(shown) && shown.value() + 1 < spec_.groups.size()) {
        shown = GroupIndex(shown.value() + 1);
      }
      reply.exec_timeout = seconds_of(core::exec_time(spec_, then, shown));
      reply.queue_timeout = seconds_of(core::queue_time(spec_, then, shown));
    }
    reply.workflow_timeout = seconds_of(core::workflow_time(spec_, then));
    const core::AtOnce over = core::over_at_once(workflow_, result_.limits, now_);
    reply.workflow_ends_now = over.workflow && result_.limits.workflow;
    for (const GroupIndex group : over.groups) reply.ends_now.push_back(shown_name(spec_, group));
  }

  const core::WorkflowState& workflow_;
  const Workflow& spec_;
  const views::TimeoutsRequest& request_;
  const TimeoutCaps& caps_;
  Instant now_;
  NewTimeouts result_;
};

}  // namespace

Result<NewTimeouts> new_timeouts(const core::WorkflowState& workflow, const views::TimeoutsRequest& request,
                                 const TimeoutCaps& caps, Instant now) {
  return Preparation(workflow, request, caps, now).run();
}

}  // namespace sennit::api
