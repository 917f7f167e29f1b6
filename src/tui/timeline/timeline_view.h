// When the tasks of a workflow were queued, fetched their inputs, ran and stored their outputs.
#pragma once

#include <string>
#include <vector>

#include "tui/acts/run_screens.h"
#include "tui/acts/task_acts.h"
#include "tui/parts/asked.h"
#include "tui/parts/list_cursor.h"
#include "tui/timeline/spans.h"
#include "tui/view/view.h"

namespace sennit::tui {

class TimelineView final : public View {
 public:
  // `task` is selected first.
  TimelineView(Desk& desk, std::string workflow, std::string task, ShowScreen show);

  std::string title() const override { return "timeline"; }
  void draw(const Pane& pane, const Theme& theme) override;
  bool take(const Input& input) override;
  std::vector<Act> acts() override;
  void take(const EventWatch::News& news) override;
  bool tick() override;
  void begin() override { asked_.ask(); }

 private:
  void keep(Timeline&& timeline);
  Instant end() const;
  // All of the time in so many columns.
  TimeScale whole(int columns) const;
  void fit(int columns);
  void zoom(int times, int parts);
  void scroll(long columns);
  void draw_head(const Pane& line, const Theme& theme) const;
  void draw_axis(const Pane& line, const Theme& theme) const;
  void draw_now(const Pane& bars, const Theme& theme) const;
  void draw_bar(const Pane& line, const Theme& theme, const TimelineRow& row) const;
  std::string task_name() const;
  ChosenTask chosen() const;

  std::string workflow_;
  std::string wanted_;  // the task to select when it has come
  ShowScreen show_;
  Timeline timeline_;
  ListCursor cursor_;
  Rect list_place_;
  TimeScale scale_;
  bool shows_all_ = true;  // grows with time
  int columns_ = 1;        // of the bars
  Asked<Timeline> asked_;
};

}  // namespace sennit::tui
