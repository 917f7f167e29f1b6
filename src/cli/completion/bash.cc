#include <fmt/format.h>

#include "cli/completion/scripts.h"
#include "cli/completion/words.h"

namespace sennit::cli {
namespace {

std::string_view kind_of(const CompletedOption& option) {
  switch (option.completes) {
    case Completes::kFile: return "file";
    case Completes::kWorkflow: return "workflow";
    case Completes::kTask: return "task";
    case Completes::kNothing: break;
  }
  return "nothing";
}

// "choices table wide" or "workflow": what _sennit_offer understands.
std::string offer_of(const CompletedOption& option) {
  if (!option.choices.empty()) return fmt::format("choices {}", fmt::join(option.choices, " "));
  return std::string(kind_of(option));
}

void append_command(std::string& out, const CompletedCommand& command) {
  std::vector<std::string> patterns;
  for (const std::string& name : command.names) patterns.push_back(single_quoted(name));
  out += fmt::format("    {})\n", fmt::join(patterns, " | "));
  std::string flags;
  std::string with_value;
  for (const CompletedOption& option : command.options) {
    for (const std::string& name : option.names) flags += (flags.empty() ? "" : " ") + name;
    if (option.takes_value) {
      with_value +=
          fmt::format("        {}) value={} ;;\n", fmt::join(option.names, " | "), single_quoted(offer_of(option)));
    }
  }
  out += fmt::format("      options={}\n", single_quoted(flags));
  if (!with_value.empty()) out += fmt::format("      case $previous in\n{}      esac\n", with_value);
  std::string places;
  for (const CompletedOption& value : command.values) places += " " + single_quoted(offer_of(value));
  out += fmt::format("      places=({})\n      ;;\n", places.empty() ? "" : places.substr(1));
}

constexpr std::string_view kHead = R"sh(# bash completion for sennit: `source <(sennit completion bash)`

_sennit_offer() {
  local kind=$1
  shift
  case $kind in
    choices) COMPREPLY=($(compgen -W "$*" -- "$current")) ;;
    file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
    workflow) COMPREPLY=($(compgen -W "$(sennit __complete workflows 2>/dev/null)" -- "$current")) ;;
    task) COMPREPLY=($(compgen -W "$(sennit __complete tasks "$workflow" 2>/dev/null)" -- "$current")) ;;
  esac
}

_sennit() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command= workflow= options= value= places=() at=1 place=0
  COMPREPLY=()
  if [[ ${COMP_WORDS[1]} == workflow && $COMP_CWORD -gt 1 ]]; then at=2; fi
  if (( COMP_CWORD == at )); then
    COMPREPLY=($(compgen -W "$_sennit_commands" -- "$current"))
    return
  fi
  command=${COMP_WORDS[at]}
)sh";

constexpr std::string_view kTail = R"sh(  esac
  if [[ -n $value ]]; then
    _sennit_offer $value
    return
  fi
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
    return
  fi
  local n
  for (( n = at + 1; n < COMP_CWORD; n++ )); do
    if [[ ${COMP_WORDS[n]} != -* ]]; then
      (( place == 0 )) && workflow=${COMP_WORDS[n]}
      (( ++place ))
    fi
  done
  if (( ${#places[@]} > 0 )); then
    (( place >= ${#places[@]} )) && place=$(( ${#places[@]} - 1 ))
    _sennit_offer ${places[place]}
  fi
}

complete -F _sennit sennit
)sh";

}  // namespace

std::string bash_script(std::span<const CommandInfo* const> commands) {
  const std::vector<CompletedCommand> completed = completed_commands(commands);
  std::string out =
      fmt::format("_sennit_commands={}\n\n", single_quoted(fmt::format("{}", fmt::join(first_words(completed), " "))));
  out += kHead;
  out += "  case $command in\n";
  for (const std::string& first : first_words(completed)) {
    const std::vector<std::string> second = second_words(completed, first);
    if (second.empty()) continue;
    out += fmt::format("    {})\n", first);
    out += fmt::format(
        "      if (( COMP_CWORD == at + 1 )); then COMPREPLY=($(compgen -W {} -- \"$current\")); return; fi\n",
        single_quoted(fmt::format("{}", fmt::join(second, " "))));
    out += "      (( ++at ))\n      command+=\" ${COMP_WORDS[at]}\"\n      ;;\n";
  }
  out += "  esac\n  case $command in\n";
  for (const CompletedCommand& command : completed) append_command(out, command);
  out += kTail;
  return out;
}

}  // namespace sennit::cli
