// The time limits that were set, and the clocks of attempts, as fields of a snapshot.
#pragma once

#include <string_view>

#include "base/fields.h"
#include "base/result.h"
#include "core/state.h"

namespace sennit::core {

inline constexpr std::uint32_t kSnapshotLimits = 16;  // tags in the snapshot of a workflow
inline constexpr std::uint32_t kSnapshotClock = 17;

void encode_limits(const WorkflowState& workflow, FieldWriter& snapshot);
// One field with either tag; others are left alone. kCorrupt.
Result<void> decode_limits(const Field& field, WorkflowState& workflow);
// Once everything is read. kCorrupt: one of them is of nothing in the workflow.
Result<void> check_limits(const WorkflowState& workflow);

}  // namespace sennit::core
