#include "tui/jobs/any_case.h"

#include <algorithm>

namespace sennit::tui {
namespace {

char small(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; }

}  // namespace

std::size_t find_any_case(std::string_view text, std::string_view part) {
  if (part.empty()) return 0;
  const auto found = std::ranges::search(text, part, [](char one, char other) { return small(one) == small(other); });
  return found.empty() ? std::string_view::npos : static_cast<std::size_t>(found.begin() - text.begin());
}

}  // namespace sennit::tui
