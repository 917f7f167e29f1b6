// Reads `hooks` of a configuration file.
//
// Threads: one.
#pragma once

#include "spec/config/config_reader.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// An occasion that is given replaces what an earlier file had for it. What is wrong is reported and left out.
void read_hooks(ConfigReader& reader, const Node& value, Config& config);

}  // namespace sennit::spec
