// Which directories of the host a task in a container may ask its ctrl for.
//
// A storage is guarded by its keys. A directory of the host (file://) has none, and ctrl may read and write whatever
// its user may, so that the container would be no wall: only what the task itself names in its workflow is in reach.
//
// Threads: pure functions.
#pragma once

#include "model/task_body.h"
#include "storage/location.h"
#include "storage/storage.h"

namespace sennit::agent {

// Fails: kInvalid, for a directory that is not at or below one of the task's URLs: of its inputs to read, of its
// outputs and checkpoints to do anything. `body`: its tokens are replaced.
Result<void> check_reach(const TaskBody& body, const storage::Location& location, storage::Access access);

}  // namespace sennit::agent
