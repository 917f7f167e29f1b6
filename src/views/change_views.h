// What is asked of a workflow that is there: tags, cancel, pause, resume, time limits. See views.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "views/workflow_views.h"

namespace sennit::views {

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
