// A workflow's dynamic state as bytes (base/fields.h): recovery starts there instead of at the journal's first event,
// and finished workflows are shown from it. The Workflow itself is stored beside it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "core/state.h"

namespace sennit::core {

// Equal states give equal bytes: also how tests compare two states.
std::string encode_snapshot(const WorkflowState& workflow);

// kCorrupt: not a snapshot, of a later release, or not of this workflow.
Result<WorkflowState> decode_snapshot(std::string_view bytes, std::shared_ptr<const Workflow> spec);

}  // namespace sennit::core
