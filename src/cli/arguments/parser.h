// Parses a command's words by its declaration (with CLI11, which no other file sees) and says what is wrong with them.
//
// Threads: any. Errors: kInvalid with a message for the user, which names the word and, where one is near, the one that
// may have been meant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/arguments/declaration.h"

namespace sennit::cli {

// Stores what `words` (without the program's and the command's names) say in the declaration's targets.
Result<void> parse_words(const Declaration& declaration, std::span<const std::string> words);

// `words` with every further value of a multi-value option made an option of its own: --set a=1 b=2 becomes
// --set=a=1 --set=b=2, so that a file name after them is never taken for a value.
std::vector<std::string> spread_assignments(const Declaration& declaration, std::span<const std::string> words);

}  // namespace sennit::cli
