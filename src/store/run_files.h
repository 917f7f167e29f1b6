// The files of workflows' runs: how much disk they take, and their removal.
//
// Tasks wrote them, so nothing in them is trusted: whatever a name was a moment ago, it may be a link now. Every step
// goes from an open directory to a name in it and follows no link and no mount (openat2), so nothing outside of the
// runs' directory is ever read or removed.
//
// Threads:   any; a call takes as long as the disk does.
// Errors:    what the system refused, with the path. Links, sockets and devices are removed as names, never opened.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"

namespace sennit::store {

// The disk space that `runs_dir`/`id` takes, directories included; 0 if it is not there. Sparse files count with what
// they hold, files with several names once. What cannot be read, or lies in more than 256 directories, does not count.
std::uint64_t measure_run(const std::string& runs_dir, const std::string& id, const std::stop_token& stop);

// Removes `runs_dir`/`id`, also from directories that may not be written to and at any depth. What is not there is
// removed already. kCancelled: `stop` was asked for; some of it is gone. Else what could not be removed is named, and
// the rest of it is gone.
Result<void> remove_run(const std::string& runs_dir, const std::string& id, const std::stop_token& stop);

}  // namespace sennit::store
