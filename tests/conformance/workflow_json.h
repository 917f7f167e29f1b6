// A workflow in the shape of the vectors' normalised model, as far as our model holds it.
#pragma once

#include <boost/json/value.hpp>

#include "base/result.h"
#include "model/workflow.h"

namespace sennit::conformance {

boost::json::value to_vector_json(const Workflow& workflow);

// The vectors' own model brought to the same shape: quantities as bytes, exit codes as ranges, file contents decoded,
// fields that our model does not keep left out.
boost::json::value normalised(const boost::json::value& expected);

// The tasks by name after token replacement, as in a container. Fails as launch::replace_tokens.
Result<boost::json::value> substituted_json(const Workflow& workflow, std::string_view workflow_id);
boost::json::value normalised_bodies(const boost::json::value& expected);

}  // namespace sennit::conformance
