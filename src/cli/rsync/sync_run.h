// Runs rsync once, as a child that has our output and our Ctrl-C.
//
// Threads: the main thread; waits.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace sennit::cli {

// Its exit code; 128 and more: a signal. Fails: kNotFound (there is no rsync here), kCancelled (we were interrupted,
// and so was it), as proc::Spawner.
Result<int> run_rsync(const std::vector<std::string>& words);

// What rsync's exit codes mean (rsync(1)), as far as a user can do something about it.
std::string rsync_failure(int code);

}  // namespace sennit::cli
