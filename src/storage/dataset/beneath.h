// Files below an open directory, with no link followed on the way: whoever has put one there, nothing outside is read
// or written.
//
// Threads: any. Errors: those of the system; kConflict if a link is in the way.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::storage {

Result<UniqueFd> open_beneath(int directory, const std::string& path, int flags);
// The directory that `path` lies in, made with those above it if it is not there.
Result<UniqueFd> make_parent_beneath(int directory, const std::string& path);
// "c" of "a/b/c".
std::string last_part_of(const std::string& path);

}  // namespace sennit::storage
