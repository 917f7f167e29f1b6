// A workflow as submitted: immutable, and the same for both dialects (a job is a group of one task).
//
// Hot data is dense: tasks and groups are positions in arrays, edges compressed rows, names and bodies slices of two
// text blobs, equal resource requests and policies stored once. About 60 bytes a task beside its own text.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "model/demands.h"
#include "model/ids.h"
#include "model/resources.h"
#include "model/task_body.h"

namespace sennit {

enum class Dialect : std::uint8_t { kTasks = 0, kJobs = 1 };  // only to show users their own words
enum class Allocation : std::uint8_t { kDynamic = 0, kFixed = 1, kLoadBalanced = 2, kHybrid = 3 };
enum class Priority : std::uint8_t { kLow = 0, kNormal = 1, kHigh = 2 };
std::string_view to_string(Priority priority);  // "LOW", "NORMAL", "HIGH"

// A slice of one of the workflow's text blobs.
struct TextRef {
  std::uint32_t at = 0;
  std::uint32_t size = 0;
  friend bool operator==(const TextRef&, const TextRef&) = default;
};

enum class ExitActionKind : std::uint8_t { kComplete = 0, kFail = 1, kReschedule = 2, kRestart = 3 };

// One range of exit codes; overlaps resolve in file order, so the list is ordered.
struct ExitAction {
  ExitActionKind action = ExitActionKind::kFail;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  friend auto operator<=>(const ExitAction&, const ExitAction&) = default;
};

// How often exit actions may start a task again, unless the configuration says otherwise.
inline constexpr std::uint32_t kDefaultRescheduleLimit = 3;
// A factor as thousandths, so that policies compare and encode exactly.
inline constexpr std::uint32_t kNoBackoff = 1000;

// How a task is retried and limited. Zero durations mean "no limit". Equal policies are stored once per workflow.
struct TaskPolicy {
  std::uint32_t max_retries = 0;             // jobs: failures that start the job again
  Micros retry_delay{};                      // before the first retry ...
  std::uint32_t retry_backoff = kNoBackoff;  // ... and each further one waits so many thousandths of the one before ...
  Micros retry_max_delay{};                  // ... but no longer than this
  std::uint32_t reschedule_limit = kDefaultRescheduleLimit;  // RESCHEDULE and RESTART together; 0: neither
  Micros exec_timeout{};                                     // from running to finished
  Micros queue_timeout{};                                    // waiting for resources
  bool exec_per_attempt = false;  // jobs: each attempt has all of exec_timeout; else its group has it once
  std::vector<ExitAction> exit_actions;
  friend auto operator<=>(const TaskPolicy&, const TaskPolicy&) = default;
};

struct TaskSpec {
  TextRef name;  // in Workflow::names
  TextRef body;  // in Workflow::bodies
  GroupIndex group;
  std::uint32_t resources = 0;  // position in Workflow::resources
  std::uint32_t policy = 0;     // position in Workflow::policies
  bool lead = false;
  bool fetches = false;  // inputs that are not on the host: how long that takes, nobody can say
};
static_assert(sizeof(TaskSpec) == 32);

struct GroupSpec {
  TextRef name;  // empty: the group of one task that `tasks:` and `jobs:` make; shown as "<task>-group"
  TaskIndex first_task;
  std::uint32_t task_count = 0;  // the tasks of a group lie together
  bool barrier = true;
  bool ignore_nonlead_status = true;
};
static_assert(sizeof(GroupSpec) == 20);

// Compressed rows of group -> groups.
class GroupEdges {
 public:
  GroupEdges() = default;
  GroupEdges(std::vector<std::uint32_t> offsets, std::vector<GroupIndex> targets)
      : offsets_(std::move(offsets)), targets_(std::move(targets)) {}

  std::span<const GroupIndex> of(GroupIndex group) const {
    const std::uint32_t begin = offsets_[group.value()];
    return std::span(targets_).subspan(begin, offsets_[group.value() + 1] - begin);
  }
  std::size_t size() const { return targets_.size(); }

 private:
  std::vector<std::uint32_t> offsets_;  // one more than there are groups
  std::vector<GroupIndex> targets_;     // ascending within a row, no duplicates
};

struct Workflow {
  std::string name;
  std::string description;
  Dialect dialect = Dialect::kTasks;
  std::map<std::string, std::string> labels;
  Micros timeout{};                // of the whole workflow; 0: none
  std::uint32_t max_parallel = 0;  // tasks running at once; 0: no cap
  Allocation allocation = Allocation::kDynamic;
  GpuSet gpus;             // devices this workflow may use; empty: every device of the host
  std::string output_dir;  // as written

  std::vector<GroupSpec> groups;
  std::vector<TaskSpec> tasks;
  GroupEdges upstream;
  GroupEdges downstream;
  std::vector<ResourceRequest> resources;
  std::vector<TaskPolicy> policies;
  std::string names;
  std::string bodies;

  // Noted while it was built, for whoever takes it in; not stored.
  std::vector<std::pair<Demand, TaskIndex>> demands;  // the first task that has each
  std::vector<TaskIndex> borrowers;  // tasks with inputs of earlier workflows that are still to be found

  std::string_view name_of(TaskIndex task) const {
    const TextRef ref = tasks[task.value()].name;
    return std::string_view(names).substr(ref.at, ref.size);
  }
  std::string name_of(GroupIndex group) const;
  std::string_view body_bytes(TaskIndex task) const {
    const TextRef ref = tasks[task.value()].body;
    return std::string_view(bodies).substr(ref.at, ref.size);
  }
  Result<TaskBody> body_of(TaskIndex task) const { return decode_task_body(body_bytes(task)); }
  const ResourceRequest& resources_of(TaskIndex task) const { return resources[tasks[task.value()].resources]; }
  const TaskPolicy& policy_of(TaskIndex task) const { return policies[tasks[task.value()].policy]; }
  const GroupSpec& group(GroupIndex index) const { return groups[index.value()]; }
  // The lead of a group: the task whose end ends the group.
  TaskIndex lead_of(GroupIndex group) const;
};

// Linear in the number of tasks; meant for a handful of look-ups by hand (CLI, API).
std::optional<TaskIndex> find_task(const Workflow& workflow, std::string_view name);

// Lets `change` change the bodies of `tasks` (ascending). Their encoding has no fixed width, so the blob is written
// anew. kCorrupt: one of them is not a body; kExhausted: together they are too long.
Result<void> change_bodies(Workflow& workflow, std::span<const TaskIndex> tasks,
                           const std::function<void(TaskIndex, TaskBody&)>& change);

// The whole workflow as bytes (store, snapshot) and back. kCorrupt if the bytes are not a workflow.
std::string encode(const Workflow& workflow);
Result<Workflow> decode_workflow(std::string_view bytes);

}  // namespace sennit
