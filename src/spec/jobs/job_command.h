// What a job runs: the program behind its verb, its config, and its overrides as that program takes them.
//
// Threads:   pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spec/config/config.h"

namespace sennit::spec {

// The verbs of the `oumi` command line, aliases included; config.yaml may add others.
const std::vector<std::string_view>& known_verbs();
bool is_known_verb(std::string_view verb, const VerbPrograms& programs);

// Between the tries of a job that does not say otherwise.
inline constexpr Micros kDefaultRetryDelay = std::chrono::seconds(60);

// config.yaml's program for the verb, else ["oumi", verb]. `judge` has its options on a subcommand: ["oumi", "judge",
// "dataset"].
std::vector<std::string> verb_program(std::string_view verb, const VerbPrograms& programs);

// "a.b=c" becomes "--a.b=c", which is what the verbs take; anything else stays.
std::string override_argument(std::string_view argument);

}  // namespace sennit::spec
