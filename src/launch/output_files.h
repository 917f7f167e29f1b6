// Files of a task that lie below its output directory: written there, and no link in it is followed.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::launch {

// Makes the directory that nobody but its owner sees, if it is not there. Fails: kConflict (something else is there, a
// link for example: an earlier command may have put it there), kIo, kExhausted.
Result<void> make_own_directory(const std::string& path);

// Writes `bytes` at `relative` ("models/init.txt") below `directory` and makes the directories between. Fails:
// kConflict (a link or something that is no file is in the way), kIo, kExhausted; the message names the path.
Result<void> write_below(const std::string& directory, const std::string& relative, std::string_view bytes,
                         unsigned mode);

}  // namespace sennit::launch
