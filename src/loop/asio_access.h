// The io_context that runs on a loop, for libraries that want one (Beast, TLS). For .cc files only: Asio costs 2 s a
// TU.
//
// Asked for the first time, it is attached: from then on Asio waits and our own sources are one descriptor to it. Its
// handlers run within the loop's turns, before TurnEnd hooks. Nobody calls run() on it.
#pragma once

#include <boost/asio/io_context.hpp>

#include "loop/loop.h"

namespace sennit::loop {

// Threads: the loop's. The context lives as long as the loop.
boost::asio::io_context& io_context_of(Loop& loop);

}  // namespace sennit::loop
