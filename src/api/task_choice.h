// The task that a request names.
//
// Errors: kNotFound, naming those that there are.
#pragma once

#include <optional>
#include <string>

#include "api/records.h"
#include "base/result.h"
#include "http/target.h"
#include "model/ids.h"

namespace sennit::api {

Result<TaskIndex> task_named(const Record& record, const std::string& name);
// The parameter `task`; nothing: it names none.
Result<std::optional<TaskIndex>> task_parameter(const Record& record, const http::Target& target);

}  // namespace sennit::api
