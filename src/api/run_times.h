// How long a workflow has waited and run. For this room's own sources.
#pragma once

#include <optional>

#include "base/instant.h"

namespace sennit::api {

// From its other times. One that was reopened has waited since then.
template <class View>
void add_run_times(View& view, Instant reopened_at, Instant now) {
  const auto seconds = [](Micros duration) { return static_cast<double>(duration.count()) / 1e6; };
  const Instant queued_at = reopened_at.is_set() ? reopened_at : view.submit_time;
  const Instant until = view.end_time.is_set() ? view.end_time : now;
  if (view.start_time.is_set()) view.duration = seconds(until - view.start_time);
  view.queued_time = seconds((view.start_time.is_set() ? view.start_time : until) - queued_at);
}

}  // namespace sennit::api
