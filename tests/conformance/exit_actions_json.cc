#include "exit_actions_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

namespace json = boost::json;

namespace sennit::conformance {
namespace {

std::uint32_t number(std::string_view digits) {
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return parsed.ec == std::errc::result_out_of_range ? std::numeric_limits<std::uint32_t>::max() : value;
}

// "1-22-3" is what OSMO's pattern lets through without a comma: 1-2, then 2-3. The last digit of the middle number
// begins the next range.
void add_ranges(ExitActionKind kind, std::string_view text, std::vector<ExitAction>& actions) {
  const std::size_t dash = text.find('-');
  const std::size_t second = dash == std::string_view::npos ? dash : text.find('-', dash + 1);
  const std::string_view first_range = second == std::string_view::npos ? text : text.substr(0, second - 1);
  const std::uint32_t low = number(first_range.substr(0, dash));
  const std::uint32_t high = dash == std::string_view::npos ? low : number(first_range.substr(dash + 1));
  actions.push_back({kind, low, high});
  if (second != std::string_view::npos) add_ranges(kind, text.substr(second - 1), actions);
}

}  // namespace

std::vector<ExitAction> exit_actions(const json::object& map) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& [key, codes] : map) entries.emplace_back(key, codes.as_string());
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.size(), a.first) < std::pair(b.first.size(), b.first);
  });
  std::vector<ExitAction> actions;
  for (const auto& [key, codes] : entries) {
    const int first_letter = std::tolower(static_cast<unsigned char>(key.front()));
    const ExitActionKind kind = first_letter == 'c'   ? ExitActionKind::kComplete
                                : first_letter == 'f' ? ExitActionKind::kFail
                                                      : ExitActionKind::kReschedule;
    std::string_view rest = codes;
    while (!rest.empty()) {
      const std::string_view range = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), range.size() + 1));
      add_ranges(kind, range, actions);
    }
  }
  return actions;
}

}  // namespace sennit::conformance
