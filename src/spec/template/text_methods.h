// Operations on text that both the methods of str and the filters need.
//
// Threads:   pure, except for the budgets of `runtime`.
// Errors:    a Fault of kind kLimit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spec/template/methods.h"

namespace sennit::spec::tmpl {

std::string capitalized(std::string_view text);

// At most `most` times if it is not negative.
std::string replaced(Runtime& runtime, std::string_view text, std::string_view from, std::string_view to,
                     std::int64_t most);

// To `width` code points; align is one of < > ^ as Python's ljust, rjust and center.
std::string padded(Runtime& runtime, std::string_view text, std::int64_t width, std::string_view fill, char align);

enum class LineEnds : std::uint8_t { kDrop, kKeep };
std::vector<std::string_view> lines_of(std::string_view text, LineEnds ends);

// Methods that ask: find, count, startswith, isdigit and so on.
const Method* find_text_query_method(std::string_view name);

}  // namespace sennit::spec::tmpl
