// Paths that a task's file names for its own world.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::launch {

// "/a/b" of "//a///b/": absolute, one slash between two names, none at the end. `of`: what names it, for the message.
// Fails: kInvalid ('..', NUL, nothing).
Result<std::string> normal_path(const std::string& path, std::string_view of);

// The mode of a file with these contents. A script may be called by its name; nobody could say so in the file.
unsigned mode_of(const std::string& contents);

}  // namespace sennit::launch
