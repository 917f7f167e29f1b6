// A command line as the verb that stands for it.
//
// Threads:   pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spec/config/config.h"

namespace sennit::spec {

struct VerbCommand {
  std::string verb;
  std::vector<std::string> program;  // what the verb runs
  std::string config;
  std::vector<std::string> args;  // what follows the config
};

// Nothing if the words are not those of a job: the program of a verb, `-c` or `--config` with a config, arguments.
std::optional<VerbCommand> verb_command(const std::vector<std::string>& words, const VerbPrograms& programs);

}  // namespace sennit::spec
