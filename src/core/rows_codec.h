// The rows of tasks, groups and past attempts as records of a snapshot.
#pragma once

#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/result.h"
#include "core/snapshot_fields.h"
#include "core/state.h"

namespace sennit::core {

void encode_task(const WorkflowState& workflow, TaskIndex task, const Clockwork& clock, std::string& out);
void encode_group(const GroupState& group, const Clockwork& clock, std::string& out);
void encode_past(const PastAttempt& past, const Clockwork& clock, FieldWriter& writer);

// Each adds a row to the workflow. kCorrupt.
Result<void> decode_task(std::string_view bytes, const Clockwork& clock, WorkflowState& workflow);
Result<void> decode_group(std::string_view bytes, const Clockwork& clock, WorkflowState& workflow);
Result<void> decode_past(std::string_view bytes, const Clockwork& clock, WorkflowState& workflow);

}  // namespace sennit::core
