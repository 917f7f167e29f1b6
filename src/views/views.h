// What the API says, as plain values: shared by the server that writes them and the client that reads them.
//
// Names and shapes of workflow objects are OSMO's query and list answers (reference: CLI, section 8.1; `name` is the
// workflow's id), with additions of ours beside them. Times are RFC 3339 UTC, durations are seconds. A time that has
// not come is null, as is every other unknown. Fields are only ever added.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/instant.h"

namespace sennit::views {

// What an attempt used, once it has ended.
struct UsageView {
  std::uint64_t max_memory = 0;  // bytes, of all of its processes at one time as far as the host can tell
  double cpu_seconds = 0;
  friend bool operator==(const UsageView&, const UsageView&) = default;
};

struct WhyView {
  std::string subject;  // "train-1" or "train-1/fit"
  std::string status;
  std::string cause;     // what kind of answer it is: "upstream", "resources", "failed", ... (docs/api.md)
  std::string headline;  // one sentence with the numbers
  std::vector<std::string> details;
  std::string hint;      // the command to run next; "": none
  std::string log_task;  // whose log says more; "": nobody's
  std::optional<std::uint32_t> log_retry_id;
  std::vector<std::string> log_lines;  // the last of them
  Instant expected_start_time;
  Instant expected_end_time;
  friend bool operator==(const WhyView&, const WhyView&) = default;
};

// What GPUs cost, in the currency of the prices. Attempts that failed count as well as those that completed.
struct CostView {
  std::optional<double> per_gpu_hour;         // null: none is set, or several
  double gpu_hours = 0;                       // so far
  std::optional<double> actual;               // so far; null: no price
  std::optional<double> estimated_gpu_hours;  // of all of it, from earlier runs
  std::optional<double> estimated;
  std::optional<std::uint64_t> estimate_runs;  // the fewest earlier runs that a median of it stands on
  friend bool operator==(const CostView&, const CostView&) = default;
};

struct TaskView {
  std::string name;
  std::uint32_t retry_id = 0;  // the attempt shown: 0 for the first
  std::string status;
  std::string failure_message;
  std::optional<std::int32_t> exit_code;
  Instant processing_start_time;
  Instant scheduling_start_time;
  Instant initializing_start_time;
  Instant start_time;
  Instant end_time;
  Instant input_download_start_time;
  Instant input_download_end_time;
  Instant output_upload_start_time;
  std::string task_uuid;
  std::string node_name;
  bool lead = false;
  // Ours:
  std::string reason;                       // one sentence: what it waits for or why it ended; "": nothing to say
  std::string gpus;                         // "0,1": leased devices
  std::optional<double> gpu_share;          // of each of them, if the task shares them and asked for a part
  std::optional<std::uint64_t> gpu_memory;  // bytes of each of them, if it shares them and asked for memory
  std::optional<std::uint32_t> pid;
  std::string log;         // path of the attempt's log on the server's host; "": none yet
  std::string output_dir;  // path of {{output}}; "": none was made
  std::optional<UsageView> usage;
  Instant paused_at;  // it is paused since; by whom and why
  std::string paused_by;
  std::string pause_message;
  Instant output_upload_end_time;
  Instant expected_start_time;  // from earlier runs
  Instant expected_end_time;
  std::optional<WhyView> why;  // in a verbose status, of the latest attempt
  friend bool operator==(const TaskView&, const TaskView&) = default;
};

struct GroupView {
  std::string name;
  std::string status;
  Instant start_time;
  Instant end_time;
  Instant processing_start_time;
  Instant scheduling_start_time;
  Instant initializing_start_time;
  std::vector<std::string> remaining_upstream_groups;
  std::vector<std::string> downstream_groups;
  std::string failure_message;
  std::vector<TaskView> tasks;
  // Ours: the limits in force, and what is left of the one that runs.
  std::optional<double> exec_timeout;
  std::optional<double> queue_timeout;
  std::optional<double> time_left;
  friend bool operator==(const GroupView&, const GroupView&) = default;
};

// How many tasks stand where: what a progress line needs.
struct TaskCounts {
  std::uint64_t total = 0;
  std::uint64_t waiting = 0;  // for an upstream, for resources, for a retry, to be started
  std::uint64_t running = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;    // with an end of their own
  std::uint64_t canceled = 0;  // cancelled, or never started because something upstream failed
  friend bool operator==(const TaskCounts&, const TaskCounts&) = default;
};

struct WorkflowView {
  std::string name;  // the id, "<name>-<n>"
  std::string uuid;
  std::string submitted_by;
  std::string cancelled_by;
  std::string parent_name;
  std::string status;
  Instant submit_time;
  Instant start_time;
  Instant end_time;
  std::optional<double> exec_timeout;   // tasks: of groups that have none of their own; jobs: of the whole workflow
  std::optional<double> queue_timeout;  // of groups that have none of their own
  std::optional<double> duration;       // start to end, or to now
  std::optional<double> queued_time;    // submission to start, end or now
  std::string pool;
  std::string backend;
  std::string priority;
  std::map<std::string, std::string> labels;
  std::vector<std::string> tags;
  std::vector<std::string> warnings;
  std::vector<GroupView> groups;
  // Ours:
  std::string workflow_name;  // without the number
  std::string format;         // "tasks" or "jobs": the user's words
  std::string failure_message;
  std::string outputs;  // on the server's host: output_dir, or the directory of the attempts' logs and outputs
  TaskCounts counts;
  std::uint64_t last_event = 0;     // cursor for following from here
  std::optional<double> timeout;    // of the whole workflow
  std::optional<double> time_left;  // of that
  Instant paused_at;                // nothing of it starts since; by whom and why
  std::string paused_by;
  std::string pause_message;
  Instant expected_end_time;  // from earlier runs
  std::optional<CostView> cost;
  std::optional<WhyView> why;  // in a verbose status
  friend bool operator==(const WorkflowView&, const WorkflowView&) = default;
};

struct WorkflowSummary {
  std::string user;
  std::string name;
  std::string workflow_uuid;
  Instant submit_time;
  Instant start_time;
  Instant end_time;
  std::optional<double> queued_time;
  std::optional<double> duration;
  std::string status;
  std::string pool;
  std::string priority;
  std::map<std::string, std::string> labels;
  std::vector<std::string> tags;  // ours
  std::string parent_name;        // ours: the workflow that this one came from
  Instant paused_at;              // ours
  friend bool operator==(const WorkflowSummary&, const WorkflowSummary&) = default;
};

struct WorkflowList {
  std::vector<WorkflowSummary> workflows;
  bool more_entries = false;
  friend bool operator==(const WorkflowList&, const WorkflowList&) = default;
};

// One line of a workflow's history. `kind` is one of: submitted, placed, started, at_barrier, barrier_released,
// restarted, stopping, ended, rescheduled, retry_due, group, workflow, cancel_asked, preempted, requeued, paused,
// resumed, limits_set, reopened, progress, end.
struct EventView {
  std::uint64_t seq = 0;  // cursor; 0 for what is not journaled (progress, end)
  Instant at;
  std::string kind;
  std::string workflow;
  std::string group;
  std::string task;
  std::optional<std::uint32_t> retry_id;
  std::string status;  // entered by this event; "": none
  std::optional<std::int32_t> exit_code;
  std::string message;
  std::optional<TaskCounts> counts;  // progress and end
  std::optional<UsageView> usage;    // ended and rescheduled
  std::optional<CostView> cost;      // end
  friend bool operator==(const EventView&, const EventView&) = default;
};

struct EventList {
  std::vector<EventView> events;
  friend bool operator==(const EventList&, const EventList&) = default;
};

struct ServerView {
  std::int64_t pid = 0;
  std::string version;
  std::string socket;
  std::string state_dir;
  // Ours:
  Instant started_at;
  std::string status;  // "running", or "stalled: <why nothing can be stored>"
  std::uint64_t live_workflows = 0;
  std::uint64_t running_tasks = 0;
  std::string host;
  std::uint32_t cpus = 0;
  std::string gpus;         // "0,1,2,3"
  std::string gpu_models;   // "NVIDIA H100 with 80 GiB", with the numbers before each where they differ
  std::string gpu_problem;  // why there are not more; "": nothing is known to be missing
  bool agent_connected = false;
  friend bool operator==(const ServerView&, const ServerView&) = default;
};

struct DiagnosticView {
  std::string code;
  std::string severity;  // "error" or "warning"
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;  // the one behind
  std::string source_line;
  std::string message;
  std::string expected;
  std::string suggestion;
  std::string hint;  // the two above in one sentence
  friend bool operator==(const DiagnosticView&, const DiagnosticView&) = default;
};

// The one shape of an error: {"error": {"code", "message", "diagnostics"?}}.
struct ErrorView {
  std::string code;  // to_string(ErrorCode)
  std::string message;
  std::vector<DiagnosticView> diagnostics;
  std::uint64_t more_diagnostics = 0;  // found and not listed
  friend bool operator==(const ErrorView&, const ErrorView&) = default;
};

// A submission as a bundle: everything the server needs and cannot ask for.
struct SubmitRequest {
  std::string file;                          // as the user named it
  std::string text;                          // its bytes
  std::string file_directory;                // absolute: where it lies
  std::map<std::string, std::string> files;  // local files that it names: absolute path -> bytes
  std::vector<std::string> set;
  std::vector<std::string> set_string;
  std::vector<std::string> set_env;
  std::vector<std::pair<std::string, std::string>> environment;  // the client's
  std::string directory;                                         // where the client stands, absolute
  std::optional<std::string> gpus;                               // "0,1": --gpus
  std::optional<std::uint32_t> max_parallel;
  std::string pool;
  std::string priority;
  std::vector<std::string> labels;  // "k=v"
  std::string runtime;              // "" or "process"
  bool requeue = true;              // false: what is preempted is not queued again
  std::string user;
  std::vector<std::pair<std::string, std::string>> config;  // flags: key, value
  friend bool operator==(const SubmitRequest&, const SubmitRequest&) = default;
};

struct SubmitReply {
  std::string name;
  std::string uuid;
  std::string outputs;  // directory on the server's host
  std::vector<std::string> warnings;
  std::vector<DiagnosticView> diagnostics;  // warnings with their places
  std::uint64_t tasks = 0;                  // of a workflow that goes on: those that begin again
  std::uint64_t last_event = 0;             // of a workflow that goes on: cursor for following what comes now
  std::string parent_name;                  // the workflow that this one came from; "": none
  std::optional<CostView> cost;
  Instant expected_end_time;  // from earlier runs
  friend bool operator==(const SubmitReply&, const SubmitReply&) = default;
};

// A workflow that is to be run again; a restart knows only the last three.
struct RerunRequest {
  std::vector<std::string> from;  // these tasks and all that is downstream of them
  std::vector<std::string> only;  // these tasks
  std::vector<std::string> set;   // these four: beside what it was submitted with, or instead
  std::vector<std::string> set_string;
  std::vector<std::string> set_env;
  std::vector<std::string> labels;
  bool dry_run = false;  // answered with a RerunPlan
  std::string pool;      // "": as before
  std::string priority;  // "": as before
  std::string user;
  friend bool operator==(const RerunRequest&, const RerunRequest&) = default;
};

struct BorrowedView {
  std::string source;  // "<workflow>:<task>"
  std::string path;    // on the server's host
  friend bool operator==(const BorrowedView&, const BorrowedView&) = default;
};

// What would be run again.
struct RerunPlan {
  std::string parent_name;
  std::string pool;
  std::string priority;
  std::vector<std::string> tasks;  // in file order
  std::uint64_t of = 0;            // so many tasks the parent has
  std::vector<BorrowedView> borrowed;
  std::vector<DiagnosticView> diagnostics;  // warnings with their places
  friend bool operator==(const RerunPlan&, const RerunPlan&) = default;
};

// What `validate` says of a file that is valid.
struct ValidationView {
  bool valid = true;
  std::string name;
  std::string format;  // "jobs" or "tasks"
  std::uint64_t tasks = 0;
  std::uint64_t groups = 0;
  std::vector<DiagnosticView> diagnostics;  // warnings
};

// GPUs of a pool; halves and smaller parts of a device are possible.
struct PoolUsage {
  double quota_used = 0;  // by NORMAL and HIGH tasks
  double quota_free = 0;
  double quota_limit = 0;  // the guarantee; without one, all devices of the pool
  double total_usage = 0;  // LOW tasks included
  double total_capacity = 0;
  double total_free = 0;
  friend bool operator==(const PoolUsage&, const PoolUsage&) = default;
};

struct PoolView {
  std::string name;
  std::string description;
  std::string status;  // ONLINE, OFFLINE (no host is connected) or MAINTENANCE
  std::string default_platform;
  std::vector<std::string> platforms;
  std::int32_t guarantee = -1;
  std::int32_t maximum = -1;
  std::uint32_t weight = 1;
  PoolUsage resource_usage;
  // Ours:
  std::string gpus;        // "0,1": the devices that it may use
  bool configured = true;  // false: gone from the configuration; its unfinished workflows go on
  friend bool operator==(const PoolView&, const PoolView&) = default;
};

// Pools that share devices, directly or through another one.
struct NodeSetView {
  std::vector<PoolView> pools;
  friend bool operator==(const NodeSetView&, const NodeSetView&) = default;
};

struct PoolList {
  std::vector<NodeSetView> node_sets;
  PoolUsage resource_sum;  // each device counted once
  friend bool operator==(const PoolList&, const PoolList&) = default;
};

// What a pool may use of a node, and what its tasks use there.
struct NodePoolView {
  std::string pool;
  std::string platform;
  std::uint32_t cpus = 0;
  std::uint64_t memory = 0;  // bytes
  std::string gpus;          // "0,1"
  friend bool operator==(const NodePoolView&, const NodePoolView&) = default;
};

struct GpuHolderView {
  std::uint32_t device = 0;
  std::string workflow;  // "": nobody of ours
  std::string task;
  double share = 0;  // of the device
  friend bool operator==(const GpuHolderView&, const GpuHolderView&) = default;
};

struct NodeView {
  std::string node;
  std::string resource_type;  // SHARED: several pools use it; RESERVED: one does; UNUSED
  bool connected = false;
  std::uint32_t cpus = 0;
  std::uint64_t cpus_used = 0;
  std::uint64_t memory = 0;  // bytes
  std::uint64_t memory_used = 0;
  std::uint64_t storage = 0;  // bytes that are free on the disk of outputs; 0: not known
  std::uint64_t storage_used = 0;
  std::uint32_t gpu_count = 0;
  double gpus_used = 0;
  bool pretended_gpus = false;
  std::string gpu_problem;
  std::uint64_t running_tasks = 0;
  std::vector<NodePoolView> pools;
  std::vector<GpuHolderView> gpus;
  friend bool operator==(const NodeView&, const NodeView&) = default;
};

struct NodeList {
  std::vector<NodeView> resources;
  friend bool operator==(const NodeList&, const NodeList&) = default;
};

// `remove` comes first.
struct TagRequest {
  std::vector<std::string> add;
  std::vector<std::string> remove;
  friend bool operator==(const TagRequest&, const TagRequest&) = default;
};

// A workflow's tags; without a name: those that may be given, or that some workflow has.
struct TagList {
  std::string name;
  std::vector<std::string> tags;
  friend bool operator==(const TagList&, const TagList&) = default;
};

// To cancel, pause or resume a workflow, or tasks of it: those named and those of the groups named.
struct ChangeRequest {
  std::string user;
  std::string message;
  std::vector<std::string> tasks;
  std::vector<std::string> groups;
  std::vector<std::string> names;  // of a task or a group each; a task's goes first
  bool force = false;              // cancel: SIGKILL at once, also to what is stopping already
  bool dry_run = false;            // only answer
  friend bool operator==(const ChangeRequest&, const ChangeRequest&) = default;
};

// What a change leaves as it is.
struct UnchangedView {
  std::string task;
  std::string reason;  // "is COMPLETED already"
  friend bool operator==(const UnchangedView&, const UnchangedView&) = default;
};

struct ChangeReply {
  std::string name;  // of the workflow
  std::string uuid;
  std::string status;              // of the workflow
  bool whole = false;              // the workflow itself is changed
  std::vector<std::string> tasks;  // that are changed by name
  std::vector<UnchangedView> unchanged;
  std::string note;  // why the workflow itself is not changed, and what else is to be known; "": nothing
  TaskCounts counts;
  std::uint64_t reopened = 0;    // tasks that begin again: it was finished, and goes on; then also:
  std::string outputs;           // where they lie on the server's host
  std::uint64_t last_event = 0;  // cursor for following from here
  friend bool operator==(const ChangeReply&, const ChangeReply&) = default;
};

// New time limits, in seconds; 0: none, null: as it was.
struct TimeoutsRequest {
  std::string user;
  std::string target;  // a task or group; "": all groups
  std::optional<double> exec_timeout;
  std::optional<double> queue_timeout;
  std::optional<double> workflow_timeout;
  bool dry_run = false;  // only says what would happen
  friend bool operator==(const TimeoutsRequest&, const TimeoutsRequest&) = default;
};

struct TimeoutsReply {
  std::string name;  // the workflow's id
  std::string uuid;
  std::string group;                    // the one that was meant; "": all
  std::optional<double> exec_timeout;   // in force from now on, in that group or in those without one of their own
  std::optional<double> queue_timeout;  // null: none
  std::optional<double> workflow_timeout;
  std::vector<std::string> ends_now;  // tasks and groups that have reached the new limit already
  bool workflow_ends_now = false;
  std::vector<std::string> notes;
  friend bool operator==(const TimeoutsReply&, const TimeoutsReply&) = default;
};

}  // namespace sennit::views
