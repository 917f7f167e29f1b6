// What `--help`, `help` and the reference page say, made from the commands' own data.
//
// Threads: any; pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/arguments/declaration.h"
#include "cli/command.h"

namespace sennit::cli {

// `sennit --help`: every command in a line.
std::string overview(std::span<const CommandInfo* const> commands);

// `sennit COMMAND --help`: examples first. `common` are the options that every command has.
std::string help_of(const CommandInfo& info, const Declaration& own, std::span<const Option> common);

// "sennit logs [options] ID [TASK]".
std::string usage_of(const CommandInfo& info, const Declaration& own);

// The reference page of all commands in Markdown: docs/cli.md.
std::string reference(std::span<const CommandInfo* const> commands);

// A page that belongs to no command ("exit-codes"); "" if there is none.
std::string_view topic(std::string_view name);
std::span<const std::string_view> topic_names();

}  // namespace sennit::cli
