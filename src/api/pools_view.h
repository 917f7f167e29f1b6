// Pools and hosts as the engine knows them, as views. Computed when somebody asks; costs a look at each of them, not at
// any workflow.
#pragma once

#include "core/state.h"
#include "views/views.h"

namespace sennit::api {

// The pools that are configured, and those that unfinished workflows are in all the same.
views::PoolList pool_list(const core::State& state);

views::NodeList node_list(const core::State& state);

}  // namespace sennit::api
