// Attempts that were sent ahead: placed behind another one, on whose host they wait for its end.
//
// The place of a task that ends is empty until its end is reported, the next decision committed and the next order
// there, and for quick tasks that is much of the time. So the next one of the lane may be placed behind a running one:
// the host starts it by itself when the one before it has ended, and here it takes over the resources when that end is
// reported.
//
// One waits behind each, and only where nobody else could have had the place: no other shape waits, the task is alone
// in its group and wants no GPU, and the attempts of the workflow have been ending quickly. Whoever waits behind one
// that turns out slow gets the next place that becomes free (place.cc).
#pragma once

#include <optional>

#include "core/state.h"

namespace sennit::core {

// An attempt that ran no longer is quick, and after so many of them in a row the next ones may be sent ahead.
inline constexpr Micros kQuick = std::chrono::milliseconds(20);
inline constexpr std::uint8_t kQuickInARow = 8;

// Waits for another one's end and holds nothing.
bool is_behind(const WorkflowState& workflow, TaskIndex task);
// Holds its resources.
bool is_seated(const WorkflowState& workflow, TaskIndex task);
// The attempt that `task` waits behind.
std::optional<TaskIndex> ahead_of(const WorkflowState& workflow, TaskIndex task);
// The attempt that waits behind `task`.
std::optional<TaskIndex> next_in_line(const WorkflowState& workflow, TaskIndex task);

// For apply.
void put_behind(State& state, WorkflowState& workflow, TaskIndex task, TaskIndex ahead);
void step_out(State& state, WorkflowState& workflow, TaskIndex task);
void note_seat(WorkflowState& workflow, TaskIndex task);
void note_end(WorkflowState& workflow, TaskIndex task, Instant at);
// Makes next_up agree with behind.
void derive_next_up(WorkflowState& workflow);

// Whether an attempt of the workflow could be sent ahead, as far as is known without looking for one.
bool may_send_ahead(const WorkflowState& workflow);
// An attempt of the lane behind which another one may be placed. It is not offered again.
std::optional<TaskIndex> take_followable(WorkflowState& workflow, std::uint32_t lane);

}  // namespace sennit::core
