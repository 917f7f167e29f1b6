// What `sennit explain` says about the codes of diagnostics, and the page of the documentation that says the same.
#pragma once

#include <string>

#include "cli/text/style.h"
#include "spec/explain/explanation.h"

namespace sennit::cli {

// One of them, with an example and what Sennit says about it.
std::string explanation_text(const spec::Explanation& explanation, const Style& style);
// A line for each.
std::string explanation_list(const Style& style);

// {"code", "title", "meaning", "example": {"file", "flags", "config", "shell"}, "remedy"}.
std::string explanation_json(const spec::Explanation& explanation);
// {"diagnostics": [{"code", "title", "chapter"}]}.
std::string explanation_list_json();

// docs/diagnostics.md.
std::string explanation_page();

}  // namespace sennit::cli
