#include "cli/follow/pinned.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sennit::cli {
namespace {

// One update is shown at once, by terminals that know of this; others ignore it.
constexpr std::string_view kBegin = "\033[?2026h";
constexpr std::string_view kEnd = "\033[?2026l";
// What is wider than we think (an emoji of a newer Unicode) is cut by the terminal rather than broken.
constexpr std::string_view kNoWrap = "\033[?7l";
constexpr std::string_view kWrap = "\033[?7h";
constexpr std::string_view kClearToEndOfLine = "\033[K";
constexpr std::string_view kClearBelow = "\033[J";

}  // namespace

OnNarrowing on_narrowing(const std::function<std::optional<std::string>(std::string_view)>& variable) {
  if (variable("TMUX")) return OnNarrowing::kBreaksAnew;
  if (variable("XTERM_VERSION")) return OnNarrowing::kCuts;
  const std::string term = variable("TERM").value_or("");
  constexpr std::array<std::string_view, 4> kCutting = {"linux", "screen", "rxvt", "st-"};
  const bool cuts = std::ranges::any_of(kCutting, [&](std::string_view name) { return term.starts_with(name); });
  return cuts ? OnNarrowing::kCuts : OnNarrowing::kBreaksAnew;
}

std::size_t PinnedLines::rows_shown(const ScreenSize& size) const {
  if (narrowing_ == OnNarrowing::kCuts || size.columns == 0) return shown_.size();
  std::size_t rows = 0;
  for (const BlockLine& line : shown_) {
    rows += std::max<std::size_t>((line.width + size.columns - 1) / size.columns, 1);
  }
  return rows;
}

std::string PinnedLines::update(std::string_view above, std::vector<BlockLine> next, const ScreenSize& size) {
  const bool moved = !above.empty() || size != size_;
  if (above.empty() && next == shown_ && (size == size_ || next.empty())) return {};
  std::string out(kBegin);
  out += '\r';
  // Beyond the first row the cursor does not go; what has scrolled out of the screen stays as it is.
  const std::size_t up = std::min(rows_shown(size), size.rows > 0 ? size.rows - 1 : 0);
  if (up > 0) out += fmt::format("\033[{}A", up);
  if (moved) out.append(kClearBelow).append(above);
  if (!next.empty()) out += kNoWrap;
  for (std::size_t i = 0; i < next.size(); ++i) {
    const bool stays = !moved && i < shown_.size() && shown_[i] == next[i];
    if (!stays) out.append(next[i].text).append(kClearToEndOfLine);
    out += '\n';
  }
  if (!next.empty()) out += kWrap;
  out.append(kClearBelow).append(kEnd);
  shown_ = std::move(next);
  size_ = size;
  return out;
}

}  // namespace sennit::cli
