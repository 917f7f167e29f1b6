// Which input the token {{input:N}} or {{input:<task>}} names.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "model/task_body.h"

namespace sennit::launch {

// The index in `inputs`. `which` is what follows "input:"; a number counts from 0, a name is that of a task whose
// output is an input, also of an earlier workflow. Nothing if there is no such input.
std::optional<std::size_t> find_input(const std::vector<InputSpec>& inputs, std::string_view which);

}  // namespace sennit::launch
