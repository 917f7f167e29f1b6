// How a thread of the store hands something to the loop.
#pragma once

#include <functional>

namespace sennit::store {

// Runs a function on the loop thread, later. Callable from any thread until the store is gone.
using PostToLoop = std::function<void(std::function<void()>)>;

}  // namespace sennit::store
