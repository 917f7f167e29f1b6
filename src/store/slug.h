// The part of a workflow's id before "-<n>".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sennit::store {

inline constexpr std::size_t kMaxSlug = 64;

// A name that the tasks format allows (a letter, then letters, digits, '-' and '_', a letter or digit at the end) stays
// as it is; in free text everything else becomes one '-': "My workflow (v2)" is "My-workflow-v2", "2024 run" is
// "w-2024-run". At most kMaxSlug bytes, never empty, and always a name that the tasks format allows.
std::string slug_of(std::string_view name);

}  // namespace sennit::store
