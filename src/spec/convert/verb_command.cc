#include "spec/convert/verb_command.h"

#include <algorithm>
#include <string_view>

#include "spec/jobs/job_command.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kConfigFlag = "--config";

bool begins_with(const std::vector<std::string>& words, const std::vector<std::string>& program) {
  return words.size() >= program.size() && std::equal(program.begin(), program.end(), words.begin());
}

// The config behind `at`, and how many words it takes; 0 if there is none.
std::size_t config_at(const std::vector<std::string>& words, std::size_t at, std::string& config) {
  if (at >= words.size()) return 0;
  const std::string& word = words[at];
  if ((word == "-c" || word == kConfigFlag) && at + 1 < words.size()) {
    config = words[at + 1];
    return 2;
  }
  if (!word.starts_with(kConfigFlag) || word.size() <= kConfigFlag.size() || word[kConfigFlag.size()] != '=') return 0;
  config = word.substr(kConfigFlag.size() + 1);
  return 1;
}

}  // namespace

std::optional<VerbCommand> verb_command(const std::vector<std::string>& words, const VerbPrograms& programs) {
  std::vector<std::string> verbs(known_verbs().begin(), known_verbs().end());
  for (const auto& [verb, program] : programs) {
    if (std::ranges::find(verbs, verb) == verbs.end()) verbs.push_back(verb);
  }
  std::optional<VerbCommand> found;
  for (const std::string& verb : verbs) {
    std::vector<std::string> program = verb_program(verb, programs);
    if (!begins_with(words, program) || (found && found->program.size() >= program.size())) continue;
    std::string config;
    const std::size_t taken = config_at(words, program.size(), config);
    if (taken == 0 || config.empty()) continue;
    const auto rest = words.begin() + static_cast<std::ptrdiff_t>(program.size() + taken);
    found = VerbCommand{.verb = verb, .program = program, .config = config, .args = {rest, words.end()}};
  }
  return found;
}

}  // namespace sennit::spec
