// How a value can be read off a text without standing there as it is: in Base64, in a URL, in JSON.
//
// Threads:   pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "logs/pattern_set.h"

namespace sennit::logs {

// Values of fewer characters are too common to be told from other text. UTF-8 counts as its characters.
inline constexpr std::size_t kLeastSecret = 8;
bool is_long_enough(std::string_view value);

// Everything to look for, appended to `out`. Of a value of several lines also each line that is long enough, for a
// program may print them one by one.
//
// Base64: the value alone, with and without padding, in both alphabets, broken into lines as base64(1) and openssl(1)
// do, and in the middle of a longer text ("user:password"), where its first and last character depend on the
// neighbours.
void append_forms(std::string_view value, std::vector<Pattern>& out);

}  // namespace sennit::logs
