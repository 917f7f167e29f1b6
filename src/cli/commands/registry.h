// Every command, in the order of the help.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"

namespace sennit::cli {

std::span<const CommandInfo* const> all_commands();

// A command and the words that were not part of its name.
struct FoundCommand {
  const CommandInfo* info = nullptr;
  std::vector<std::string> words;  // options that stood before the name included
};

// Finds the command that `words` name: "status x", "server stop", "workflow run flow.yaml", "-o json status".
// Fails: kInvalid with the nearest command's name.
Result<FoundCommand> find_command(std::span<const std::string> words);

// By its name or an alias; null if there is none.
const CommandInfo* command_named(std::string_view name);

// The members of a family: "server" -> server status, server start, server stop. Empty if it is none.
std::vector<const CommandInfo*> family_of(std::string_view name);

}  // namespace sennit::cli
