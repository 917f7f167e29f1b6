// The tokens that are left in a task's strings until it starts: {{output}}, {{input}}, {{input:N}}, {{input:<task>}},
// {{host:<task>}} and {{workflow_id}}, with optional spaces inside the braces.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::launch {

// What a token stands for, by the text between the braces without outer spaces ("input:0"). Nothing: it is no token of
// ours, or names nothing that this task has, and stays in the text as it is.
using TokenValue = std::function<Result<std::optional<std::string>>(std::string_view token)>;

// The text with its tokens replaced. Values are not looked at again: what they hold is not replaced. Fails as `value`.
Result<std::string> replace_tokens(std::string_view text, const TokenValue& value);

}  // namespace sennit::launch
