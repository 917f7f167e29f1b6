#include "tui/app/frame_lines.h"

#include "base/utf8.h"

namespace sennit::tui {
namespace {

constexpr int kMostKeys = 7;

}  // namespace

void draw_first_line(const Pane& pane, const Theme& theme, const FrameLines& lines) {
  pane.fill(theme.bar);
  int x = pane.put(1, 0, "sennit", theme.key);
  for (const std::string& title : lines.titles) {
    x = pane.put(x, 0, theme.ascii ? " > " : " › ", theme.bar);
    x = pane.put_cut(x, 0, title, pane.width() - x, theme.bar.with(Attribute::kBold));
  }
  if (lines.lost.empty()) return;
  pane.put_right(0, pane.cut(" no connection: " + lines.lost + " ", pane.width() - x - 1),
                 theme.bad.on(theme.bar.back));
}

void draw_last_line(const Pane& pane, const Theme& theme, const FrameLines& lines) {
  pane.fill(theme.bar);
  if (!lines.notice.empty()) {
    pane.put_cut(1, 0, lines.notice, pane.width() - 2,
                 (lines.is_warning ? theme.warning : theme.good).on(theme.bar.back));
    return;
  }
  int x = 1;
  int shown = 0;
  for (const Act& act : lines.acts) {
    if (!act.prominent || shown == kMostKeys) continue;
    const std::string key = key_text(act.key);
    const int columns = static_cast<int>(display_width(key) + display_width(act.name)) + 3;
    if (x + columns > pane.width()) continue;
    x = pane.put(x, 0, key, theme.key);
    x = pane.put(x + 1, 0, act.name, theme.bar) + 2;
    ++shown;
  }
}

}  // namespace sennit::tui
