// Writing all of some bytes to a file or pipe.
//
// Threads: any; blocks as write(2) does, also where the descriptor itself does not.
#pragma once

#include <string_view>

#include "base/result.h"

namespace sennit {

// Goes on where a write was cut short or interrupted. `what` names the operation and the object: "write /tmp/x".
// Fails: as Error::from_errno; some of the bytes may have been written.
Result<void> write_all(int fd, std::string_view bytes, std::string_view what);

}  // namespace sennit
