// Workflows, groups and tasks as they are shown, and why they are where they are. See views.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "views/measure_views.h"

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
  std::optional<WhyView> why;      // in a verbose status, of the latest attempt
  Rare<ProgressView> progress;     // while it runs, if it has told any
  Rare<LoadView> load;             // what it uses, while it runs
  std::vector<std::string> flags;  // what is odd about that: "GPU 0 has been idle for 12 min"
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
  std::optional<double> timeout;    // of the whole workflow
  std::optional<double> time_left;  // of that
  Instant paused_at;                // nothing of it starts since; by whom and why
  std::string paused_by;
  std::string pause_message;
  Instant expected_end_time;  // from earlier runs
  std::optional<CostView> cost;
  std::optional<WhyView> why;  // in a verbose status
  bool pinned = false;
  std::optional<std::uint64_t> size;  // bytes of disk that its files take; after its end
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
  std::vector<std::string> tags;      // ours
  std::string parent_name;            // ours: the workflow that this one came from
  Instant paused_at;                  // ours
  bool pinned = false;                // ours
  std::optional<std::uint64_t> size;  // ours: bytes of disk that its files take; after its end
  friend bool operator==(const WorkflowSummary&, const WorkflowSummary&) = default;
};

struct WorkflowList {
  std::vector<WorkflowSummary> workflows;
  bool more_entries = false;
  friend bool operator==(const WorkflowList&, const WorkflowList&) = default;
};

// A task that failed by itself, with what its log says of it.
struct TaskFailureView {
  std::string name;
  std::uint32_t retry_id = 0;
  std::string status;
  std::optional<std::int32_t> exit_code;
  std::string cause;   // as in WhyView, and so are those
  std::string reason;  // its headline
  std::vector<std::string> details;
  std::string hint;
  std::string log;                 // the file; "": it has written nothing
  std::vector<std::string> lines;  // those that look like errors, else the last ones
  bool are_errors = false;
  friend bool operator==(const TaskFailureView&, const TaskFailureView&) = default;
};

struct FailureList {
  std::string name;  // of the workflow
  std::string status;
  std::string reason;                  // of the workflow, as `why` says it
  std::uint64_t failed = 0;            // tasks that failed by themselves
  std::uint64_t not_run = 0;           // others that failed because of them, or that were canceled
  std::vector<TaskFailureView> tasks;  // of those that failed by themselves, the first to end in front
  friend bool operator==(const FailureList&, const FailureList&) = default;
};

}  // namespace sennit::views
