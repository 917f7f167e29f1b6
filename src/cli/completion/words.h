// A command as a completion script needs it: its words, options and what its values are.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments/declaration.h"
#include "cli/command.h"

namespace sennit::cli {

struct CompletedOption {
  std::vector<std::string> names;
  std::string help;
  bool takes_value = false;
  Completes completes = Completes::kNothing;
  std::vector<std::string> choices;
};

struct CompletedCommand {
  std::vector<std::string> names;  // its name and aliases; "server status" has a space
  std::string summary;
  std::vector<CompletedOption> options;  // the common ones included
  std::vector<CompletedOption> values;   // its positionals, in order; names are empty
};

std::vector<CompletedCommand> completed_commands(std::span<const CommandInfo* const> commands);

// Those that may stand before a command, too.
std::vector<CompletedOption> completed_common_options();

// The first words of commands, each once: "run", "server", "query".
std::vector<std::string> first_words(std::span<const CompletedCommand> commands);
// What may follow a first word: "status", "start", "stop" of "server".
std::vector<std::string> second_words(std::span<const CompletedCommand> commands, std::string_view first);

// For shells: 'text', with quotes within made safe.
std::string single_quoted(std::string_view text);

}  // namespace sennit::cli
