#include "api/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/workflow_view.h"
#include "core/pause.h"
#include "core/stop_rules.h"
#include "spec/suggest.h"

namespace sennit::api {
namespace {

enum Kinds : unsigned { kTask = 1, kGroup = 2 };

// Finds the tasks that a request names, in one pass over the workflow however many there are.
class Finder {
 public:
  explicit Finder(const Workflow& spec) : spec_(spec) {}

  void want(const std::vector<std::string>& names, unsigned kinds) {
    for (const std::string& name : names) wanted_.push_back({name, kinds});
    for (const std::string& name : names) by_name_[name];
  }

  // Ascending, each once.
  Result<std::vector<TaskIndex>> find(const std::string& workflow) {
    look();
    std::vector<TaskIndex> found;
    for (const Wanted& wanted : wanted_) SENNIT_TRY(add(wanted, workflow, found));
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

 private:
  struct Wanted {
    std::string_view name;
    unsigned kinds;
  };
  struct Found {
    std::optional<TaskIndex> task;
    std::optional<GroupIndex> group;
  };

  void look() {
    for (std::uint32_t t = 0; t < spec_.tasks.size(); ++t) {
      const auto at = by_name_.find(std::string(spec_.name_of(TaskIndex(t))));
      if (at != by_name_.end()) at->second.task = TaskIndex(t);
    }
    for (std::uint32_t g = 0; g < spec_.groups.size(); ++g) {
      const auto at = by_name_.find(spec_.name_of(GroupIndex(g)));
      if (at != by_name_.end()) at->second.group = GroupIndex(g);
    }
  }

  Result<void> add(const Wanted& wanted, const std::string& workflow, std::vector<TaskIndex>& out) const {
    const Found& found = by_name_.at(std::string(wanted.name));
    if ((wanted.kinds & kTask) != 0 && found.task) {
      out.push_back(*found.task);
      return {};
    }
    if ((wanted.kinds & kGroup) == 0 || !found.group) return unknown(wanted, workflow);
    for (const TaskIndex task : core::TaskRange(spec_.group(*found.group))) out.push_back(task);
    return {};
  }

  Error unknown(const Wanted& wanted, const std::string& workflow) const {
    spec::Nearest near(wanted.name);
    for (std::uint32_t t = 0; (wanted.kinds & kTask) != 0 && t < spec_.tasks.size(); ++t) {
      near.consider(spec_.name_of(TaskIndex(t)));
    }
    for (std::uint32_t g = 0; (wanted.kinds & kGroup) != 0 && g < spec_.groups.size(); ++g) {
      if (spec_.groups[g].task_count > 1) near.consider(spec_.name_of(GroupIndex(g)));
    }
    const char* what = wanted.kinds == kTask ? "task" : wanted.kinds == kGroup ? "group" : "task or group";
    std::string text = fmt::format("{} has no {} '{}'", workflow, what, wanted.name);
    if (!near.result().empty()) text += fmt::format("; did you mean '{}'?", near.result());
    return {ErrorCode::kNotFound, std::move(text)};
  }

  const Workflow& spec_;
  std::vector<Wanted> wanted_;
  std::unordered_map<std::string, Found> by_name_;
};

class Planner {
 public:
  Planner(const core::WorkflowState& workflow, const views::ChangeRequest& request)
      : workflow_(workflow), request_(request) {
    planned_.reply.name = id();
    planned_.reply.uuid = workflow.submission.uuid;
    planned_.reply.status = to_string(workflow.status);
    planned_.reply.counts = counts_of(workflow);
  }

  Result<PlannedChange> plan(Action action) {
    if (is_finished(workflow_.status)) {
      return conflict(fmt::format("{} is {} already", id(), to_string(workflow_.status)));
    }
    Finder finder(*workflow_.spec);
    finder.want(request_.tasks, kTask);
    finder.want(request_.groups, kGroup);
    finder.want(request_.names, kTask | kGroup);
    SENNIT_ASSIGN(const std::vector<TaskIndex> tasks, finder.find(id()));
    if (action == Action::kCancel) return tasks.empty() ? cancel_whole() : cancel_tasks(tasks);
    if (action == Action::kPause) return tasks.empty() ? pause_whole() : pause_tasks(tasks);
    return tasks.empty() ? resume_whole() : resume_tasks(tasks);
  }

 private:
  const std::string& id() const { return workflow_.submission.id; }
  static Error conflict(std::string text) { return {ErrorCode::kConflict, std::move(text)}; }

  // Sorts the tasks by what `why_not` says of each: "" is changed.
  template <class WhyNot>
  std::vector<TaskIndex> sort(const std::vector<TaskIndex>& tasks, WhyNot why_not) {
    std::vector<TaskIndex> changed;
    for (const TaskIndex task : tasks) {
      std::string name(workflow_.spec->name_of(task));
      std::string reason = why_not(task);
      if (reason.empty()) {
        changed.push_back(task);
        planned_.reply.tasks.push_back(std::move(name));
      } else {
        planned_.reply.unchanged.push_back({.task = std::move(name), .reason = std::move(reason)});
      }
    }
    return changed;
  }

  std::string ended_already(TaskIndex task) const {
    const Status status = workflow_.task(task).status;
    return is_group_finished(status) ? fmt::format("is {} already", to_string(status)) : "";
  }

  StopForce force() const { return request_.force ? StopForce::kAtOnce : StopForce::kGrace; }

  // True: it is to be done, for at least one task.
  template <class Change>
  PlannedChange done(Change change, bool any) {
    if (any) planned_.change = std::move(change);
    return std::move(planned_);
  }

  PlannedChange cancel_whole() {
    const bool forced = workflow_.canceled && workflow_.canceled->force == StopForce::kAtOnce;
    planned_.reply.whole = !workflow_.canceled || (request_.force && !forced);
    if (!planned_.reply.whole) planned_.reply.note = "it is being cancelled already";
    if (!planned_.reply.whole && !forced) planned_.reply.note += "; with --force what still runs is killed at once";
    return done(fact::Cancel{workflow_.key, request_.user, request_.message, {}, force()}, planned_.reply.whole);
  }

  PlannedChange cancel_tasks(const std::vector<TaskIndex>& tasks) {
    auto changed = sort(tasks, [this](TaskIndex task) -> std::string {
      if (std::string ended = ended_already(task); !ended.empty()) return ended;
      if (!core::is_final_stop(workflow_.task(task).stopping)) return "";
      if (!request_.force) return "is being stopped already; with --force it is killed at once";
      return core::force_of(workflow_, task) == StopForce::kAtOnce ? "is being killed already" : "";
    });
    const bool any = !changed.empty();
    return done(fact::Cancel{workflow_.key, request_.user, request_.message, std::move(changed), force()}, any);
  }

  Result<PlannedChange> pause_whole() {
    if (workflow_.canceled) return conflict(fmt::format("{} is being cancelled", id()));
    planned_.reply.whole = !workflow_.pause.is_on();
    if (!planned_.reply.whole) planned_.reply.note = "it is paused already";
    return done(fact::Pause{workflow_.key, request_.user, request_.message}, planned_.reply.whole);
  }

  Result<PlannedChange> pause_tasks(const std::vector<TaskIndex>& tasks) {
    if (workflow_.canceled) return conflict(fmt::format("{} is being cancelled", id()));
    auto changed = sort(tasks, [this](TaskIndex task) -> std::string {
      if (std::string ended = ended_already(task); !ended.empty()) return ended;
      if (core::is_final_stop(workflow_.task(task).stopping)) return "is being stopped";
      return core::is_paused(workflow_, task) ? "is paused already" : "";
    });
    const bool any = !changed.empty();
    return done(fact::Pause{workflow_.key, request_.user, request_.message, std::move(changed)}, any);
  }

  PlannedChange resume_whole() {
    planned_.reply.whole = workflow_.pause.is_on();
    for (const auto& [task, log] : workflow_.task_pauses) {
      if (log.is_on()) planned_.reply.tasks.emplace_back(workflow_.spec->name_of(task));
    }
    const bool any = planned_.reply.whole || !planned_.reply.tasks.empty();
    if (!any) planned_.reply.note = fmt::format("it is not paused, but {}", to_string(workflow_.status));
    return done(fact::Resume{workflow_.key, request_.user}, any);
  }

  PlannedChange resume_tasks(const std::vector<TaskIndex>& tasks) {
    auto changed = sort(tasks, [this](TaskIndex task) -> std::string {
      if (std::string ended = ended_already(task); !ended.empty()) return ended;
      return core::is_paused(workflow_, task) ? "" : "is not paused";
    });
    if (workflow_.pause.is_on()) {
      planned_.reply.note = fmt::format("the workflow itself stays paused: sennit resume {}", id());
    }
    const bool any = !changed.empty();
    return done(fact::Resume{workflow_.key, request_.user, std::move(changed)}, any);
  }

  const core::WorkflowState& workflow_;
  const views::ChangeRequest& request_;
  PlannedChange planned_;
};

}  // namespace

Result<PlannedChange> plan_change(Action action, const core::WorkflowState& workflow,
                                  const views::ChangeRequest& request) {
  return Planner(workflow, request).plan(action);
}

}  // namespace sennit::api
