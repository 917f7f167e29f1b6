#include "cli/commands/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/commands/commands.h"
#include "spec/suggest.h"

namespace sennit::cli {
namespace {

constexpr std::array kCommands{
    &kRunCommand,
    &kSubmitCommand,
    &kValidateCommand,
    &kExplainCommand,
    &kRenderCommand,
    &kConvertCommand,
    &kInitCommand,
    &kStatusCommand,
    &kTopCommand,
    &kLogsCommand,
    &kEventsCommand,
    &kWhyCommand,
    &kErrorsCommand,
    &kMetricsCommand,
    &kArtifactsCommand,
    &kSpecCommand,
    &kGraphCommand,
    &kExecCommand,
    &kAttachCommand,
    &kPortForwardCommand,
    &kRsyncUploadCommand,
    &kRsyncDownloadCommand,
    &kRsyncStatusCommand,
    &kRsyncStopCommand,
    &kRsyncShellCommand,
    &kCpCommand,
    &kSshConfigCommand,
    &kCancelCommand,
    &kPauseCommand,
    &kSetTimeoutCommand,
    &kRestartCommand,
    &kRerunCommand,
    &kResumeCommand,
    &kTagCommand,
    &kPinCommand,
    &kUnpinCommand,
    &kDeleteCommand,
    &kDataUploadCommand,
    &kDataDownloadCommand,
    &kDataListCommand,
    &kDataDeleteCommand,
    &kDataCheckCommand,
    &kDatasetListCommand,
    &kDatasetInfoCommand,
    &kDatasetUploadCommand,
    &kDatasetDownloadCommand,
    &kDatasetTagCommand,
    &kDatasetDeleteCommand,
    &kDatasetInspectCommand,
    &kPoolListCommand,
    &kResourceListCommand,
    &kResourceInfoCommand,
    &kConfigShowCommand,
    &kConfigPathCommand,
    &kCredentialSetCommand,
    &kCredentialListCommand,
    &kCredentialDeleteCommand,
    &kHookListCommand,
    &kHookLogCommand,
    &kHookTestCommand,
    &kServerStatusCommand,
    &kServerStartCommand,
    &kServerStopCommand,
    &kGcCommand,
    &kServeCommand,
    &kCompletionCommand,
    &kSchemaCommand,
    &kVersionCommand,
    &kHelpCommand,
    &kAgentCommand,
    &kCompleteValuesCommand,
};

// Options that may stand before the command's name and take a word with them.
constexpr std::array<std::string_view, 5> kLeadingWithValue{"-o", "--output", "-t", "--format-type", "--color"};
constexpr std::array<std::string_view, 2> kLeadingFlags{"-q", "--quiet"};

bool has_alias(const CommandInfo& info, std::string_view name) {
  std::string_view rest = info.aliases;
  while (!rest.empty()) {
    const std::size_t space = rest.find(' ');
    if (rest.substr(0, space) == name) return true;
    rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
  }
  return false;
}

std::string_view first_word(std::string_view name) { return name.substr(0, name.find(' ')); }

// How many words at the front are common options with their values.
std::size_t leading_options(std::span<const std::string> words) {
  const auto is_one_of = [](const auto& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  std::size_t at = 0;
  while (at < words.size() && words[at].size() > 1 && words[at].front() == '-') {
    const std::string name = words[at].substr(0, words[at].find('='));
    if (is_one_of(kLeadingWithValue, name)) {
      at += name.size() == words[at].size() ? 2 : 1;
    } else if (is_one_of(kLeadingFlags, name)) {
      ++at;
    } else {
      break;
    }
  }
  return std::min(at, words.size());
}

Error unknown_command(const std::string& word) {
  spec::Nearest near(word);
  for (const CommandInfo* info : kCommands) {
    if (info->section == Section::kHidden) continue;
    near.consider(first_word(info->name));
    for (std::string_view rest = info->aliases; !rest.empty();) {
      const std::size_t space = rest.find(' ');
      near.consider(rest.substr(0, space));
      rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
    }
  }
  std::string message = fmt::format("unknown command '{}'", word);
  if (word.size() > 1 && word.front() == '-') message = fmt::format("unknown option '{}' before the command", word);
  if (!near.result().empty()) message += fmt::format("; did you mean '{}'?", near.result());
  return Error(ErrorCode::kInvalid, std::move(message));
}

Error incomplete_family(std::span<const CommandInfo* const> family, std::string_view name, std::string_view word) {
  spec::Nearest near(word);
  std::vector<std::string_view> members;
  for (const CommandInfo* info : family) {
    members.push_back(info->name.substr(name.size() + 1));
    near.consider(members.back());
  }
  std::string message = word.empty()
                            ? fmt::format("'{}' needs one of: {}", name, fmt::join(members, ", "))
                            : fmt::format("'{} {}' is no command; there are: {}", name, word, fmt::join(members, ", "));
  if (!near.result().empty()) message += fmt::format("; did you mean '{}'?", near.result());
  return Error(ErrorCode::kInvalid, std::move(message));
}

}  // namespace

std::span<const CommandInfo* const> all_commands() { return kCommands; }

const CommandInfo* command_named(std::string_view name) {
  const auto found = std::find_if(kCommands.begin(), kCommands.end(), [name](const CommandInfo* info) {
    return info->name == name || has_alias(*info, name);
  });
  return found == kCommands.end() ? nullptr : *found;
}

std::vector<const CommandInfo*> family_of(std::string_view name) {
  std::vector<const CommandInfo*> family;
  for (const CommandInfo* info : kCommands) {
    if (info->name.size() > name.size() && first_word(info->name) == name) family.push_back(info);
  }
  return family;
}

Result<FoundCommand> find_command(std::span<const std::string> words) {
  const std::size_t leading = leading_options(words);
  std::vector<std::string> options(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(leading));
  words = words.subspan(leading);
  // Both parents have `workflow` before the verb.
  if (words.size() > 1 && words.front() == "workflow") words = words.subspan(1);
  if (words.empty()) return Error(ErrorCode::kInvalid, "a command is missing");

  const std::vector<const CommandInfo*> family = family_of(words[0]);
  const CommandInfo* info = command_named(words[0]);
  std::size_t used = 1;
  if (!family.empty()) {
    const std::string second = words.size() > 1 ? words[1] : std::string();
    info = command_named(fmt::format("{} {}", words[0], second));
    if (info == nullptr) return incomplete_family(family, words[0], second);
    used = 2;
  }
  if (info == nullptr) return unknown_command(words[0]);
  options.insert(options.end(), words.begin() + static_cast<std::ptrdiff_t>(used), words.end());
  return FoundCommand{.info = info, .words = std::move(options)};
}

}  // namespace sennit::cli
