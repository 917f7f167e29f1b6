// The status of a group from its tasks, and of a workflow from its groups (reference: sections 4.8 and 4.9). Pure.
#pragma once

#include "core/status_counts.h"
#include "model/status.h"

namespace sennit::core {

// Whether tasks other than the lead count for the group's end.
enum class NonleadStatus : std::uint8_t { kCounts = 0, kIgnored = 1 };

// `all`: latest attempts of all tasks of the group; `lead`: the lead's.
Status aggregate_group(const StatusCounts& all, Status lead, NonleadStatus nonlead);

// What a finished group is called: a cancellation or timeout of the group, which its tasks carry, before the rule
// above.
Status group_outcome(const StatusCounts& all, Status lead, NonleadStatus nonlead);

// `groups`: the statuses of all groups. PENDING is never written back over RUNNING; that is the transition table's
// rule.
WorkflowStatus aggregate_workflow(const StatusCounts& groups);

}  // namespace sennit::core
