// Text that people look for: they do not type capitals to find what has some.
#pragma once

#include <cstddef>
#include <string_view>

namespace sennit::tui {

// Where `part` stands first in `text`, whatever the case of its letters (of those of ASCII); npos: nowhere. "" stands
// at 0.
std::size_t find_any_case(std::string_view text, std::string_view part);
inline bool has_any_case(std::string_view text, std::string_view part) {
  return find_any_case(text, part) != std::string_view::npos;
}

}  // namespace sennit::tui
