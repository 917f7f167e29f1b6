// `sennit` (and `osmo`) inside a task: passes what was typed to ctrl and prints what it answers.
//
// The words are ctrl's to understand, so that a command that a later ctrl knows needs no other image.
#pragma once

#include <string>
#include <vector>

namespace sennit::user {

// The exit code that ctrl said, or 10 if there is none to ask, it went away or cannot be understood.
int ask(const std::string& socket, std::vector<std::string> words);

}  // namespace sennit::user
