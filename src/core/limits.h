// The time limits of a workflow: as its file says, or as somebody has set them since.
//
// Exec and queue timeout are a group's; its first task speaks for it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/instant.h"
#include "model/event.h"
#include "model/ids.h"
#include "model/workflow.h"

namespace sennit::core {

// What was set; what is empty is as it was before. 0: no limit.
struct SetLimits {
  std::optional<Micros> exec;
  std::optional<Micros> queue;
  friend bool operator==(const SetLimits&, const SetLimits&) = default;
};

struct LimitChanges {
  SetLimits all;                           // of groups that have nothing of their own
  std::map<GroupIndex, SetLimits> groups;  // set after `all`
  std::optional<Micros> workflow;
  friend bool operator==(const LimitChanges&, const LimitChanges&) = default;

  void add(const event::LimitSet& set);
};

// A limit in force.
struct Limit {
  Micros time{};    // 0: none
  std::string key;  // where it stands, in the user's words: "timeout.exec_timeout", "set-timeout --exec"

  bool is_set() const { return time.count() > 0; }
};
Limit exec_limit(const Workflow& spec, const LimitChanges& changes, GroupIndex group);
Limit queue_limit(const Workflow& spec, const LimitChanges& changes, GroupIndex group);
Limit workflow_limit(const Workflow& spec, const LimitChanges& changes);

// The times alone, which are asked for with every event.
Micros exec_time(const Workflow& spec, const LimitChanges& changes, GroupIndex group);
Micros queue_time(const Workflow& spec, const LimitChanges& changes, GroupIndex group);
Micros workflow_time(const Workflow& spec, const LimitChanges& changes);

// Whether each attempt of the group's tasks has all of the exec timeout (jobs); else it is the group's, from its first
// start on, however often its tasks are tried.
bool times_attempts(const Workflow& spec, GroupIndex group);

}  // namespace sennit::core
