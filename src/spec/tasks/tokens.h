// {{output}}, {{input:N}}, {{host:task}}, {{workflow_id}}: left in place for the runner, but one that it will never
// fill in is worth a warning.
//
// Threads:   one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/task_body.h"
#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

struct HostToken {
  std::string task;
  std::string written;  // with its braces
  Span at;              // of the value that has it
};

// kMore: one of the inputs may stand for several, so that it is not known yet which there are.
enum class Inputs : std::uint8_t { kKnown, kMore };

// Looks at every text of a task's tree. {{host:...}} is judged when the group is complete: those are appended to
// `hosts`.
void check_tokens(const Node& task, const std::vector<InputSpec>& inputs, Inputs complete, Reporter& reporter,
                  std::vector<HostToken>& hosts);

// `written` is the token with its braces, in the value at `at`.
void report_open_token(Reporter& reporter, Span at, std::string_view written, std::string why, std::string suggestion);

}  // namespace sennit::spec
