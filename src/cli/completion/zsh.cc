#include <fmt/format.h>

#include "cli/completion/scripts.h"
#include "cli/completion/words.h"

namespace sennit::cli {
namespace {

// Within _arguments, ':' and brackets end a part.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']') out += '\\';
    out += c;
  }
  return out;
}

std::string action_of(const CompletedOption& option) {
  if (!option.choices.empty()) return fmt::format("({})", fmt::join(option.choices, " "));
  switch (option.completes) {
    case Completes::kFile: return "_files";
    case Completes::kWorkflow: return "_sennit_workflows";
    case Completes::kFileOrWorkflow: return "_sennit_files_or_workflows";
    case Completes::kTask: return "_sennit_tasks";
    case Completes::kPool: return "_sennit_pools";
    case Completes::kCredential: return "_sennit_credentials";
    case Completes::kNothing: break;
  }
  return " ";
}

void append_command(std::string& out, const CompletedCommand& command) {
  std::vector<std::string> patterns;
  for (const std::string& name : command.names) patterns.push_back(single_quoted(name));
  out += fmt::format("    {})\n      _arguments", fmt::join(patterns, "|"));
  for (const CompletedOption& option : command.options) {
    for (const std::string& name : option.names) {
      std::string spec = fmt::format("*{}[{}]", name, escaped(option.help));
      if (option.takes_value) spec += fmt::format(":value:{}", action_of(option));
      out += " \\\n        " + single_quoted(spec);
    }
  }
  for (std::size_t at = 0; at < command.values.size(); ++at) {
    const CompletedOption& value = command.values[at];
    out += " \\\n        " + single_quoted(fmt::format("{}:{}:{}", at + 1, escaped(value.help), action_of(value)));
  }
  out += "\n      ;;\n";
}

constexpr std::string_view kHead = R"sh(#compdef sennit
# zsh completion for sennit: `source <(sennit completion zsh)`, or a file _sennit in $fpath

_sennit_workflows() {
  local -a ids
  ids=(${(f)"$(sennit __complete workflows 2>/dev/null)"})
  compadd -a ids
}

_sennit_files_or_workflows() {
  _sennit_workflows
  _files
}

_sennit_pools() {
  local -a pools
  pools=(${(f)"$(sennit __complete pools 2>/dev/null)"})
  compadd -a pools
}

_sennit_credentials() {
  local -a credentials
  credentials=(${(f)"$(sennit __complete credentials 2>/dev/null)"})
  compadd -a credentials
}

_sennit_tasks() {
  local -a tasks
  local word
  for word in ${words[2,-1]}; do
    [[ $word != -* ]] && break
  done
  tasks=(${(f)"$(sennit __complete tasks $word 2>/dev/null)"})
  compadd -a tasks
}

)sh";

constexpr std::string_view kBody = R"sh(
_sennit() {
  local command
  if [[ $words[2] == workflow ]] && (( CURRENT > 2 )); then
    words[2]=()
    (( CURRENT-- ))
  fi
  if (( CURRENT == 2 )); then
    _describe 'command' _sennit_commands
    return
  fi
  command=$words[2]
  shift words
  (( CURRENT-- ))
)sh";

}  // namespace

std::string zsh_script(std::span<const CommandInfo* const> commands) {
  const std::vector<CompletedCommand> completed = completed_commands(commands);
  std::string out(kHead);
  out += "_sennit_commands=(\n";
  for (const std::string& first : first_words(completed)) {
    std::string summary;
    for (const CompletedCommand& command : completed) {
      for (const std::string& name : command.names) {
        if (name.substr(0, name.find(' ')) == first && summary.empty()) summary = command.summary;
      }
    }
    out += fmt::format("  {}\n", single_quoted(first + ":" + escaped(summary)));
  }
  out += ")\n";
  out += kBody;
  out += "  case $command in\n";
  for (const std::string& first : first_words(completed)) {
    const std::vector<std::string> second = second_words(completed, first);
    if (second.empty()) continue;
    out += fmt::format(
        "    {})\n      if (( CURRENT == 2 )); then compadd {}; return; fi\n"
        "      command+=\" $words[2]\"\n      shift words\n      (( CURRENT-- ))\n      ;;\n",
        first, fmt::join(second, " "));
  }
  out += "  esac\n  case $command in\n";
  for (const CompletedCommand& command : completed) append_command(out, command);
  out += "  esac\n}\n\nif [[ $funcstack[1] == _sennit ]]; then\n  _sennit \"$@\"\nelse\n  compdef _sennit sennit\nfi\n";
  return out;
}

}  // namespace sennit::cli
