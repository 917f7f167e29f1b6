// Small files that are read and written as a whole: what a later process of ours goes on with.
//
// Threads: any; blocks on the file system. Errors: as the file system; kNotFound: there is no such file.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::agent {

Result<std::string> read_whole(const std::string& path);

// In the place of the one that is there, if one is: whoever reads finds either, whatever happens in between. For its
// owner alone (0600).
Result<void> replace_file(const std::string& path, std::string_view bytes);

}  // namespace sennit::agent
