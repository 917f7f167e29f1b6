// What people ask of a workflow that is under way: cancel, pause, resume. Each request becomes the events that follow
// from it at once; one that asks for what is so already makes none.
#pragma once

#include "core/decide.h"
#include "core/state.h"
#include "model/fact.h"

namespace sennit::core {

// A whole workflow is swept group by group by `plan`; tasks are ended, or told to stop, here.
void cancel(Decider& decider, const fact::Cancel& request);

// An attempt that is on its way to its start is taken back and waits as a new attempt; one that began is told to stand
// still if it is the task that is paused.
void pause(Decider& decider, const fact::Pause& request);

// Without tasks: the workflow and every task of it that is paused.
void resume(Decider& decider, const fact::Resume& request);

}  // namespace sennit::core
