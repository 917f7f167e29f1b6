// What `validate` says about a valid file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/workflow.h"
#include "spec/diagnostic.h"
#include "spec/prices.h"

namespace sennit::cli {

// Jobs files: exactly the lines of the format's own page. Tasks files: the same idea in their words. What an hour
// costs comes last.
std::string validation_text(const Workflow& workflow, const std::optional<spec::HourlyCost>& cost);

// {"valid": true, "name", "format", "tasks", "groups", "diagnostics", "cost"}.
std::string validation_json(const Workflow& workflow, const std::vector<spec::Diagnostic>& warnings,
                            const std::optional<spec::HourlyCost>& cost);

}  // namespace sennit::cli
