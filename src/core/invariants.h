// Re-derives everything that is kept up to date by hand, and compares. For tests and the simulator: linear in the
// state.
#pragma once

#include <string>
#include <vector>

#include "core/state.h"

namespace sennit::core {

// One sentence per broken invariant; empty: all hold.
std::vector<std::string> check_invariants(const State& state);

}  // namespace sennit::core
