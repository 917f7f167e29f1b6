// What `validate` says about a valid file.
#pragma once

#include <string>
#include <vector>

#include "model/workflow.h"
#include "spec/diagnostic.h"

namespace sennit::cli {

// Jobs files: exactly the lines of the format's own page. Tasks files: the same idea in their words.
std::string validation_text(const Workflow& workflow);

// {"valid": true, "name", "format", "tasks", "groups", "diagnostics"}.
std::string validation_json(const Workflow& workflow, const std::vector<spec::Diagnostic>& warnings);

}  // namespace sennit::cli
