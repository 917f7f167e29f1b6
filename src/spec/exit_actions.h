// `exitActions` of a task and `default_exit_actions` of a pool: what exit codes mean.
//
// Threads: any; diagnostics go to the reporter.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/workflow.h"
#include "spec/reporter.h"
#include "spec/schema/schema.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// In file order, which decides where two of them name one code. `what` is the field in messages: "'exitActions'".
void read_exit_actions(Reporter& reporter, const Node& value, std::string_view what, std::vector<ExitAction>& actions);

Schema exit_actions_shape();

// As a map of action to codes, in order: {"COMPLETE", "0,3-5"}. Where an action comes back after another one, it is
// spelt in other letters (case does not matter), so that the order stays.
std::vector<std::pair<std::string, std::string>> exit_action_entries(std::span<const ExitAction> actions);

}  // namespace sennit::spec
