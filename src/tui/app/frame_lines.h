// The first and the last line of every screen: where one is, and what the keys do.
#pragma once

#include <string>
#include <vector>

#include "tui/terminal/frame.h"
#include "tui/view/theme.h"
#include "tui/view/view.h"

namespace sennit::tui {

struct FrameLines {
  std::vector<std::string> titles;  // from the first screen to the one that is shown
  std::vector<Act> acts;
  std::string notice;
  bool is_warning = false;
  std::string lost;  // why there is no connection; "": there is one
};

void draw_first_line(const Pane& pane, const Theme& theme, const FrameLines& lines);
// The five most useful keys, or the notice.
void draw_last_line(const Pane& pane, const Theme& theme, const FrameLines& lines);

}  // namespace sennit::tui
