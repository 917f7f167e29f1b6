// The names of things, inside. Outside a workflow is `<name>-<n>` and a task its name.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/strong_id.h"

namespace sennit {

// One per state directory, drawn at random when the directory is made: tells our attempts from another server's.
using InstanceId = StrongId<struct InstanceIdTag, std::uint64_t>;
// A workflow in the store; never reused.
using WorkflowKey = StrongId<struct WorkflowKeyTag, std::uint64_t>;
// Positions in a workflow's dense arrays.
using TaskIndex = StrongId<struct TaskIndexTag, std::uint32_t>;
using GroupIndex = StrongId<struct GroupIndexTag, std::uint32_t>;
// A host, by the number that the server gives it. Journaled with each attempt that was placed there.
using HostId = StrongId<struct HostIdTag, std::uint32_t>;

// One try of one task. Effects and reports carry it, so that a repeated or late one is recognised.
struct AttemptId {
  InstanceId instance;
  WorkflowKey workflow;
  TaskIndex task;
  std::uint32_t number = 0;  // 0 for the first try; OSMO's retry_id

  friend constexpr auto operator<=>(const AttemptId&, const AttemptId&) = default;
};

// "3f9c2a71d0b4e856-12-7-0": instance in hex, workflow key, task index, number. Also the value of SENNIT_ATTEMPT.
std::string to_string(const AttemptId& id);
std::optional<AttemptId> parse_attempt_id(std::string_view text);

}  // namespace sennit
