// The words for priorities in requests and answers.
#pragma once

#include <optional>
#include <string_view>

#include "model/workflow.h"

namespace sennit::api {

// "HIGH", "NORMAL", "LOW".
std::string_view priority_name(Priority priority);

// In any case.
std::optional<Priority> parse_priority(std::string_view text);

}  // namespace sennit::api
