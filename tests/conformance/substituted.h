// The tasks of a workflow as a container gets them: with their tokens replaced by the product's own code.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "base/result.h"
#include "model/workflow.h"

namespace sennit::conformance {

// Ids are stand-ins: task `head` of group `two` has the host T-head.osmo-G-two.ns.svc.cluster.local. Fails as
// launch::replace_tokens.
Result<Workflow> substituted(Workflow workflow, std::string_view workflow_id);

// Of a workflow's JSON the tasks by their names, each with what tokens can stand in.
boost::json::value bodies_of(const boost::json::value& workflow);

}  // namespace sennit::conformance
