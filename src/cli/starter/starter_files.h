// The commented files that `sennit init` writes: valid as they are, one for each format.
//
// Threads: constants.
#pragma once

#include <string_view>

namespace sennit::cli {

extern const std::string_view kTasksStarter;  // runs as plain processes of any machine
extern const std::string_view kJobsStarter;   // is valid anywhere, and needs `oumi` to run

}  // namespace sennit::cli
