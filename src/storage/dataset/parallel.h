// The same work for many things, on some threads: in the order of their places, until one fails.
//
// Threads: blocks the caller until all have ended. Errors: the first that came.
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace sennit::storage {

// `work(i)` for each i below `count`, on at most `threads` threads (0: one a processor, at most 8).
Result<void> in_parallel(std::size_t count, unsigned threads, const std::function<Result<void>(std::size_t)>& work);

}  // namespace sennit::storage
