// What a request to cancel, pause or resume comes to, before anything is done: which tasks it means, and what is said.
//
// Threads: any. Errors: kNotFound (no task or group of that name, with the nearest one), kConflict (the workflow's
// status rules it out). Pure.
#pragma once

#include <optional>

#include "api/route.h"
#include "base/result.h"
#include "core/state.h"
#include "engine/engine.h"
#include "views/views.h"

namespace sennit::api {

struct PlannedChange {
  std::optional<engine::Engine::Change> change;  // nothing: all of it is so already
  views::ChangeReply reply;
};

// `action`: kCancel, kPause or kResume.
Result<PlannedChange> plan_change(Action action, const core::WorkflowState& workflow,
                                  const views::ChangeRequest& request);

}  // namespace sennit::api
