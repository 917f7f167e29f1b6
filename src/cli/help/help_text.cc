#include "cli/help/help_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/text/wrap.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kHelpColumn = 30;

std::string_view title_of(Section section) {
  switch (section) {
    case Section::kRun: return "Run workflows";
    case Section::kLook: return "See what they do";
    case Section::kReach: return "Get into running tasks";
    case Section::kChange: return "Change their course";
    case Section::kData: return "Move data";
    case Section::kSetup: return "The program itself";
    case Section::kHidden: break;
  }
  return "";
}

void append_row(std::string& out, std::string_view left, std::string_view right) {
  fmt::format_to(std::back_inserter(out), "  {:<{}}", left, kHelpColumn - 2);
  if (left.size() + 3 > kHelpColumn) out.append("\n").append(kHelpColumn, ' ');
  out.append(right).push_back('\n');
}

std::string names_with_value(const Option& option) {
  const std::vector<std::string_view> names = names_of(option);
  std::string text = names.front().size() == 2 ? "" : "    ";
  text += fmt::format("{}", fmt::join(names, ", "));
  if (!option.value.empty()) text.append(" ").append(option.value);
  if (option.takes == Option::Takes::kAssignments) text += " ...";
  return text;
}

void append_options(std::string& out, std::span<const Option> options) {
  for (const Option& option : options) {
    if (option.shown == Option::Shown::kYes) append_row(out, names_with_value(option), option.help);
  }
}

std::string shown_name(const Positional& positional) {
  if (std::holds_alternative<std::optional<std::string>*>(positional.target)) {
    return fmt::format("[{}]", positional.name);
  }
  if (positional.list == Positional::List::kAnyNumber) return fmt::format("[{}...]", positional.name);
  if (std::holds_alternative<std::vector<std::string>*>(positional.target))
    return fmt::format("{}...", positional.name);
  return std::string(positional.name);
}

}  // namespace

std::string usage_of(const CommandInfo& info, const Declaration& own) {
  std::string usage = fmt::format("sennit {} [options]", info.name);
  for (const Positional& positional : own.positionals) usage += " " + shown_name(positional);
  return usage;
}

std::string overview(std::span<const CommandInfo* const> commands) {
  std::string out =
      "sennit runs workflows: YAML files that describe tasks and what each waits for.\n\n"
      "  sennit run flow.yaml          run it and follow it to its end\n"
      "  sennit validate flow.yaml     every mistake at once, with its place\n"
      "  sennit status last            how the newest workflow stands\n"
      "  sennit logs -f last train     what a task prints\n";
  for (const Section section :
       {Section::kRun, Section::kLook, Section::kReach, Section::kChange, Section::kData, Section::kSetup}) {
    out.append("\n").append(title_of(section)).append("\n");
    for (const CommandInfo* info : commands) {
      if (info->section != section) continue;
      const std::string name =
          info->aliases.empty() ? std::string(info->name) : fmt::format("{} ({})", info->name, info->aliases);
      append_row(out, name, info->summary);
    }
  }
  out += fmt::format(
      "\n`sennit COMMAND --help` tells more; so does `sennit help TOPIC`: {}.\n"
      "ID is a workflow's id, a unique beginning of it, or `last`.\n",
      fmt::join(topic_names(), ", "));
  return out;
}

std::string help_of(const CommandInfo& info, const Declaration& own, std::span<const Option> common) {
  std::string out = fmt::format("{}\n\n", info.summary);
  append_indented(out, 2, info.examples);
  out += fmt::format("\nUsage: {}\n", usage_of(info, own));
  if (!info.aliases.empty()) out += fmt::format("Also:  {}\n", info.aliases);
  if (!info.details.empty()) out.append("\n").append(info.details).append("\n");
  if (!own.positionals.empty()) {
    out += "\n";
    for (const Positional& positional : own.positionals) append_row(out, shown_name(positional), positional.help);
  }
  if (!own.options.empty()) {
    out += "\nOptions\n";
    append_options(out, own.options);
  }
  out += "\nOptions of every command\n";
  append_options(out, common);
  return out;
}

}  // namespace sennit::cli
