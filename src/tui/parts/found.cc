#include "tui/parts/found.h"

#include <algorithm>

namespace sennit::tui {

int put_with_matches(const Pane& pane, int x, int y, std::string_view line, std::string_view searched, const Look& look,
                     const Look& match) {
  while (!line.empty()) {
    const std::size_t at = searched.empty() ? std::string_view::npos : line.find(searched);
    x = pane.put(x, y, line.substr(0, at), look);
    if (at == std::string_view::npos) return x;
    x = pane.put(x, y, searched, match);
    line.remove_prefix(at + searched.size());
  }
  return x;
}

}  // namespace sennit::tui
