// ${NAME} and ${oc.env:NAME,default} in a jobs file: the submitting shell's environment.
//
// Threads:   one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "spec/reporter.h"
#include "spec/yaml/mark.h"

namespace sennit::spec {

using VariableLookup = std::function<std::optional<std::string>(std::string_view name)>;

// Replaces every ${...} in `text`; \${ and $${ stand for a literal ${. Variables that are not set, and malformed ones,
// are reported at `at`; false then. What a variable holds is not looked at again.
bool expand_variables(std::string& text, Span at, const VariableLookup& lookup, Reporter& reporter);

}  // namespace sennit::spec
