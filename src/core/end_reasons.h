// Why a group or a workflow ended as it did, for people: the journal's words beside the status.
#pragma once

#include <string>

#include "core/state.h"

namespace sennit::core {

// Of a group of several tasks, all of which are finished: whose end it was. "" for a group of one, whose task has just
// said it. Linear in the group's tasks.
std::string reason_of_group(const WorkflowState& workflow, GroupIndex group);

// Of a workflow that failed: its first group that did so by itself, and how many did. Linear in its groups.
std::string reason_of_failure(const WorkflowState& workflow);

}  // namespace sennit::core
