// Names of workflows, groups and tasks in the tasks dialect.
//
// Threads:   one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// The group of one task has a name too: this behind the task's.
inline constexpr std::string_view kGroupSuffix = "-group";

// Reads a text that is to be a name. False if it is none at all.
bool read_name(Reporter& reporter, const Node& node, std::string& out);

// Complains about a name that is not made of the right characters; `what` is whose name it is: "a task". True if it is.
bool check_name(Reporter& reporter, std::string_view name, Span at, std::string_view what);

}  // namespace sennit::spec
