#include "spec/jobs/job_command.h"

#include <algorithm>

namespace sennit::spec {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_override_part(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '[' || c == ']' || c == '-';
}

}  // namespace

const std::vector<std::string_view>& known_verbs() {
  static const std::vector<std::string_view> verbs{"train",    "tune",  "evaluate",   "eval", "infer",
                                                   "quantize", "synth", "synthesize", "judge"};
  return verbs;
}

bool is_known_verb(std::string_view verb, const VerbPrograms& programs) {
  return std::ranges::find(known_verbs(), verb) != known_verbs().end() || programs.contains(verb);
}

std::vector<std::string> verb_program(std::string_view verb, const VerbPrograms& programs) {
  if (const auto found = programs.find(verb); found != programs.end()) return found->second;
  if (verb == "judge") return {"oumi", "judge", "dataset"};
  return {"oumi", std::string(verb)};
}

std::string override_argument(std::string_view argument) {
  const std::size_t equals = argument.find('=');
  const bool is_override = equals != std::string_view::npos && equals > 0 && is_letter(argument.front()) &&
                           std::ranges::all_of(argument.substr(0, equals), is_override_part);
  return (is_override ? "--" : "") + std::string(argument);
}

}  // namespace sennit::spec
