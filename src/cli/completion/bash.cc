#include <fmt/format.h>

#include "cli/completion/scripts.h"
#include "cli/completion/words.h"

namespace sennit::cli {
namespace {

std::string_view kind_of(const CompletedOption& option) {
  switch (option.completes) {
    case Completes::kFile: return "file";
    case Completes::kWorkflow: return "workflow";
    case Completes::kFileOrWorkflow: return "file_or_workflow";
    case Completes::kTask: return "task";
    case Completes::kPool: return "pool";
    case Completes::kCredential: return "credential";
    case Completes::kNothing: break;
  }
  return "nothing";
}

// "choices table wide" or "workflow": what _sennit_offer understands.
std::string offer_of(const CompletedOption& option) {
  if (!option.choices.empty()) return fmt::format("choices {}", fmt::join(option.choices, " "));
  return std::string(kind_of(option));
}

struct OptionWords {
  std::string all;         // "-o --output -q"
  std::string with_value;  // " -o --output ": those that take the next word
  std::string cases;       // of a `case`: what may be the value of each
};

OptionWords words_of(const std::vector<CompletedOption>& options) {
  OptionWords words{.all = {}, .with_value = " ", .cases = {}};
  for (const CompletedOption& option : options) {
    const std::string names = fmt::format("{}", fmt::join(option.names, " "));
    words.all += (words.all.empty() ? "" : " ") + names;
    if (!option.takes_value) continue;
    words.with_value += names + " ";
    words.cases +=
        fmt::format("        {}) value={} ;;\n", fmt::join(option.names, " | "), single_quoted(offer_of(option)));
  }
  return words;
}

void append_command(std::string& out, const CompletedCommand& command) {
  std::vector<std::string> patterns;
  for (const std::string& name : command.names) patterns.push_back(single_quoted(name));
  out += fmt::format("    {})\n", fmt::join(patterns, " | "));
  const OptionWords words = words_of(command.options);
  out += fmt::format("      options={}\n", single_quoted(words.all));
  if (!words.cases.empty()) {
    out += fmt::format("      valued={}\n", single_quoted(words.with_value));
    out += fmt::format("      case $previous in\n{}      esac\n", words.cases);
  }
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
    file_or_workflow) compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$current") $(compgen -W "$(sennit __complete workflows 2>/dev/null)" -- "$current")) ;;
    credential) COMPREPLY=($(compgen -W "$(sennit __complete credentials 2>/dev/null)" -- "$current")) ;;
    task) COMPREPLY=($(compgen -W "$(sennit __complete tasks "$workflow" 2>/dev/null)" -- "$current")) ;;
    pool) COMPREPLY=($(compgen -W "$(sennit __complete pools 2>/dev/null)" -- "$current")) ;;
  esac
}

_sennit() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command= workflow= options= value= valued= places=() at=1 place=0
  COMPREPLY=()
  # Bash makes three words of --output=json.
  if [[ $current == = ]]; then current=; fi
  if [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
  while (( at < COMP_CWORD )); do
    value=
    case ${COMP_WORDS[at]} in
)sh";

// Behind the cases of the options that may stand before the command.
constexpr std::string_view kLeading = R"sh(        -*) ;;
        *) break ;;
    esac
    (( ++at ))
    [[ -n $value ]] || continue
    [[ ${COMP_WORDS[at]} == = ]] && (( ++at ))
    if (( at >= COMP_CWORD )); then
      _sennit_offer $value
      return
    fi
    (( ++at ))
  done
  if [[ ${COMP_WORDS[at]} == workflow && $COMP_CWORD -gt $at ]]; then (( ++at )); fi
  if (( COMP_CWORD == at )); then
    case $current in
      -*) COMPREPLY=($(compgen -W "$_sennit_leading" -- "$current")) ;;
      *) COMPREPLY=($(compgen -W "$_sennit_commands" -- "$current")) ;;
    esac
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
    elif [[ $valued == *" ${COMP_WORDS[n]} "* ]]; then
      (( ++n ))
      [[ ${COMP_WORDS[n]} == = ]] && (( ++n ))
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
  const OptionWords leading = words_of(completed_common_options());
  std::string out =
      fmt::format("_sennit_commands={}\n", single_quoted(fmt::format("{}", fmt::join(first_words(completed), " "))));
  out += fmt::format("_sennit_leading={}\n\n", single_quoted(leading.all));
  out.append(kHead).append(leading.cases).append(kLeading);
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
