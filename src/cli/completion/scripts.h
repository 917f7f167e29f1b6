// Completion scripts for shells, made from the commands' data. Values that only the server knows (ids, task names) are
// asked for with the hidden command `__complete`, which answers from a running server or not at all.
//
// Threads: any; pure.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace sennit::cli {

std::string bash_script(std::span<const CommandInfo* const> commands);
std::string zsh_script(std::span<const CommandInfo* const> commands);
std::string fish_script(std::span<const CommandInfo* const> commands);

}  // namespace sennit::cli
