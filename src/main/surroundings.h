// What both long-running programs take from the process that they are: variables, the state directory, their log.
#pragma once

#include <sys/resource.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/task_body.h"
#include "store/state_dir.h"

namespace sennit::main {

std::optional<std::string> variable(std::string_view name);

// Every variable of the environment, in its order.
EnvironmentList own_environment();

// The state directory of this user, made if it is not there.
Result<store::StateDir> open_state_dir();

// Starts this program again as `sennit <command>`, detached, with its output appended to `log`. `files`: its limit of
// open files, if it is not to be ours.
Result<void> start_self(const std::string& command, const std::string& log, std::optional<rlimit> files = std::nullopt);

// One line on standard error, which is the program's log when it was started on demand: time, level, text.
enum class Level { kInfo, kWarning, kError };
void log_line(Level level, std::string_view text);

}  // namespace sennit::main
