#include "base/wildcard.h"

namespace sennit {

// The earliest place for each piece leaves the most room for those behind it, so nothing is ever tried again.
bool matches_wildcard(std::string_view pattern, std::string_view value) {
  for (bool first = true;; first = false) {
    const std::size_t star = pattern.find('*');
    const std::string_view piece = pattern.substr(0, star);
    if (star == std::string_view::npos) return first ? value == piece : value.ends_with(piece);
    const std::size_t at = value.find(piece);
    if (at == std::string_view::npos || (first && at != 0)) return false;
    value.remove_prefix(at + piece.size());
    pattern.remove_prefix(star + 1);
  }
}

}  // namespace sennit
