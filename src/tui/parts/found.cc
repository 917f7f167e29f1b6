#include "tui/parts/found.h"

#include "tui/jobs/any_case.h"

namespace sennit::tui {

int put_with_matches(const Pane& pane, int x, int y, std::string_view line, std::string_view searched, const Look& look,
                     const Look& match) {
  while (!line.empty()) {
    const std::size_t at = searched.empty() ? std::string_view::npos : find_any_case(line, searched);
    x = pane.put(x, y, line.substr(0, at), look);
    if (at == std::string_view::npos) return x;
    x = pane.put(x, y, line.substr(at, searched.size()), match);
    line.remove_prefix(at + searched.size());
  }
  return x;
}

}  // namespace sennit::tui
