// Gives what a task wrote to the user that it ran for: in containers files belong to whom the image runs as, which
// outside may be somebody whose files that user cannot even remove.
//
// Threads: one; needs to be root in its container.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace sennit::user {

// The directory and all below it; links are given away and not followed. Directories can be entered and written to by
// their owner afterwards. Goes on where one cannot be given away. Fails: kIo, kNotFound, kExhausted (too deep).
Result<void> give_to(uid_t user, gid_t group, const std::string& directory);

}  // namespace sennit::user
