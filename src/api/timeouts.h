// What a request for new time limits means for a workflow. Pure.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "core/state.h"
#include "model/event.h"
#include "views/views.h"

namespace sennit::api {

// What a pool allows at most; 0: anything.
struct TimeoutCaps {
  Micros exec{};
  Micros queue{};
};

struct NewTimeouts {
  event::LimitSet limits;
  views::TimeoutsReply reply;
};

// Fails: kInvalid (a value, or nothing is asked for), kNotFound (no such task or group), kConflict (what it is for has
// ended or is being stopped).
Result<NewTimeouts> new_timeouts(const core::WorkflowState& workflow, const views::TimeoutsRequest& request,
                                 const TimeoutCaps& caps, Instant now);

}  // namespace sennit::api
