#include "cli/completion/words.h"

#include <algorithm>

#include "cli/arguments/common_options.h"

namespace sennit::cli {
namespace {

std::vector<std::string> split(std::string_view words) {
  std::vector<std::string> parts;
  while (!words.empty()) {
    const std::size_t space = words.find(' ');
    parts.emplace_back(words.substr(0, space));
    words = space == std::string_view::npos ? std::string_view() : words.substr(space + 1);
  }
  return parts;
}

CompletedOption completed(const Option& option) {
  CompletedOption result{.names = {},
                         .help = std::string(option.help),
                         .takes_value = !option.value.empty(),
                         .completes = option.completes,
                         .choices = {option.choices.begin(), option.choices.end()}};
  for (const std::string_view name : names_of(option)) result.names.emplace_back(name);
  return result;
}

CompletedCommand completed(const CommandInfo& info) {
  const std::unique_ptr<Command> command = info.make();
  const Declaration own = command->declare();
  CommonOptions ignored;
  CompletedCommand result{
      .names = {std::string(info.name)}, .summary = std::string(info.summary), .options = {}, .values = {}};
  for (std::string& alias : split(info.aliases)) result.names.push_back(std::move(alias));
  for (const std::vector<Option>& options : {own.options, common_options(ignored, own)}) {
    for (const Option& option : options) {
      if (option.shown == Option::Shown::kYes) result.options.push_back(completed(option));
    }
  }
  for (const Positional& positional : own.positionals) {
    result.values.push_back({.names = {},
                             .help = std::string(positional.help),
                             .takes_value = true,
                             .completes = positional.completes,
                             .choices = {positional.choices.begin(), positional.choices.end()}});
  }
  return result;
}

}  // namespace

std::vector<CompletedCommand> completed_commands(std::span<const CommandInfo* const> commands) {
  std::vector<CompletedCommand> result;
  for (const CommandInfo* info : commands) {
    if (info->section != Section::kHidden) result.push_back(completed(*info));
  }
  return result;
}

std::vector<CompletedOption> completed_common_options() {
  CommonOptions ignored;
  std::vector<CompletedOption> options;
  for (const Option& option : common_options(ignored, Declaration{})) options.push_back(completed(option));
  return options;
}

std::vector<std::string> first_words(std::span<const CompletedCommand> commands) {
  std::vector<std::string> words;
  for (const CompletedCommand& command : commands) {
    for (const std::string& name : command.names) {
      std::string first = name.substr(0, name.find(' '));
      if (std::find(words.begin(), words.end(), first) == words.end()) words.push_back(std::move(first));
    }
  }
  return words;
}

std::vector<std::string> second_words(std::span<const CompletedCommand> commands, std::string_view first) {
  std::vector<std::string> words;
  for (const CompletedCommand& command : commands) {
    const std::string& name = command.names.front();
    const std::size_t space = name.find(' ');
    if (space != std::string::npos && name.substr(0, space) == first) words.push_back(name.substr(space + 1));
  }
  return words;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace sennit::cli
