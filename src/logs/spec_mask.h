// Finds what looks like a secret in a submitted file or in the environment of a pod, where nobody said that it is one
// (osmo-spec.md section 6, masking). A guess: it also hides harmless values, and misses secrets that do not look like
// it.
//
// For showing only: what is stored is exact.
//
// Threads:   pure functions.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace sennit::logs {

// Line by line: the value after a word such as key, token, secret or password and a separator, if it has 10 to 150
// word characters or looks like base64; and base64 that hides such a line. Values in `allowed`, the names and keys of
// the file's own credentials, stay.
std::string mask_spec(std::string_view text, const std::set<std::string, std::less<>>& allowed);

// The value of an environment variable: masked if the name has such a word, or if the value is as irregular as a
// secret. Switches ("true", "0" ...) stay.
std::string mask_variable(std::string_view name, std::string_view value);

}  // namespace sennit::logs
