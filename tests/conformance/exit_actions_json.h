// Exit actions as the vectors write them.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "model/workflow.h"

namespace sennit::conformance {

// OSMO keeps the map as JSONB, so on overlaps the shorter key is tried first; ours is the order of the list.
std::vector<ExitAction> exit_actions(const boost::json::object& map);

}  // namespace sennit::conformance
