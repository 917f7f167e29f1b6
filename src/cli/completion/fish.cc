#include <fmt/format.h>

#include "cli/completion/scripts.h"
#include "cli/completion/words.h"

namespace sennit::cli {
namespace {

// fish knows two escapes within single quotes.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// The option's -a/-F part: where its values come from.
std::string values_of(const CompletedOption& option) {
  if (!option.choices.empty()) return fmt::format(" -a {}", quoted(fmt::format("{}", fmt::join(option.choices, " "))));
  switch (option.completes) {
    case Completes::kFile: return " -F";
    case Completes::kWorkflow: return " -a '(sennit __complete workflows 2>/dev/null)'";
    case Completes::kFileOrWorkflow: return " -F -a '(sennit __complete workflows 2>/dev/null)'";
    case Completes::kTask: return " -a '(__sennit_tasks)'";
    case Completes::kPool: return " -a '(sennit __complete pools 2>/dev/null)'";
    case Completes::kCredential: return " -a '(sennit __complete credentials 2>/dev/null)'";
    case Completes::kNothing: break;
  }
  return "";
}

std::string condition_of(const CompletedCommand& command) {
  const std::string& name = command.names.front();
  const std::size_t space = name.find(' ');
  if (space != std::string::npos) {
    return fmt::format("__fish_seen_subcommand_from {}; and __fish_seen_subcommand_from {}", name.substr(0, space),
                       name.substr(space + 1));
  }
  return fmt::format("__fish_seen_subcommand_from {}", fmt::join(command.names, " "));
}

void append_command(std::string& out, const CompletedCommand& command) {
  const std::string condition = quoted(condition_of(command));
  for (const CompletedOption& option : command.options) {
    out += fmt::format("complete -c sennit -n {}", condition);
    for (const std::string& name : option.names) {
      out += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2)) : fmt::format(" -s {}", name.substr(1));
    }
    out += fmt::format(" -d {}", quoted(option.help));
    if (option.takes_value) out += " -r" + values_of(option);
    out += "\n";
  }
  for (const CompletedOption& value : command.values) {
    const std::string values = values_of(value);
    if (!values.empty()) out += fmt::format("complete -c sennit -n {}{}\n", condition, values);
  }
}

constexpr std::string_view kHead = R"sh(# fish completion for sennit: `sennit completion fish | source`
function __sennit_tasks
  set -l words (commandline -opc)
  for word in $words[3..-1]
    if not string match -q -- '-*' $word
      sennit __complete tasks $word 2>/dev/null
      return
    end
  end
end

complete -c sennit -f
)sh";

}  // namespace

std::string fish_script(std::span<const CommandInfo* const> commands) {
  const std::vector<CompletedCommand> completed = completed_commands(commands);
  std::string out(kHead);
  const std::string all = fmt::format("{}", fmt::join(first_words(completed), " "));
  for (const CompletedCommand& command : completed) {
    for (const std::string& name : command.names) {
      const std::size_t space = name.find(' ');
      if (space == std::string::npos) {
        out += fmt::format("complete -c sennit -n {} -a {} -d {}\n", quoted("not __fish_seen_subcommand_from " + all),
                           name, quoted(command.summary));
        continue;
      }
      const std::string first = name.substr(0, space);
      const std::string second = fmt::format("{}", fmt::join(second_words(completed, first), " "));
      out += fmt::format("complete -c sennit -n {} -a {} -d {}\n", quoted("not __fish_seen_subcommand_from " + all),
                         first, quoted(second));
      out += fmt::format(
          "complete -c sennit -n {} -a {} -d {}\n",
          quoted(fmt::format("__fish_seen_subcommand_from {}; and not __fish_seen_subcommand_from {}", first, second)),
          name.substr(space + 1), quoted(command.summary));
    }
  }
  for (const CompletedCommand& command : completed) append_command(out, command);
  return out;
}

}  // namespace sennit::cli
