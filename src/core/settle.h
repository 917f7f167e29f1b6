// The rules inside a workflow: what follows for a group when one of its tasks moved, for the groups behind it, and for
// the workflow. Works off the lists that apply keeps (WorkflowState::unsettled, doomed, swept), so that it can be
// stopped after any event and go on later, also in another process.
#pragma once

#include <cstddef>

#include "core/decide.h"

namespace sennit::core {

// Works until nothing is left, or `decider` has made `budget` events. True: nothing is left.
bool settle(Decider& decider, std::size_t budget);

}  // namespace sennit::core
