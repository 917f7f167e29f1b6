// The words for priorities in requests.
#pragma once

#include <optional>
#include <string_view>

#include "model/workflow.h"

namespace sennit::api {

// HIGH, NORMAL or LOW, in any case.
std::optional<Priority> parse_priority(std::string_view text);

}  // namespace sennit::api
