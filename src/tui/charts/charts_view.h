// What a task told of its progress and what it used, as charts: all of them, or one on the whole screen.
#pragma once

#include <string>
#include <vector>

#include "tui/acts/run_screens.h"
#include "tui/acts/task_acts.h"
#include "tui/charts/task_charts.h"
#include "tui/parts/asked.h"
#include "tui/view/view.h"

namespace sennit::tui {

class ChartsView final : public View {
 public:
  ChartsView(Desk& desk, std::string workflow, std::string task, ShowScreen show);

  std::string title() const override { return "charts: " + task_; }
  void draw(const Pane& pane, const Theme& theme) override;
  bool take(const Input& input) override;
  std::vector<Act> acts() override;
  void take(const EventWatch::News& news) override;
  bool tick() override;
  void begin() override { asked_.ask(); }

 private:
  void keep(views::MetricsView&& metrics);
  void draw_all(const Pane& pane, const Theme& theme);
  void draw_one(const Pane& pane, const Theme& theme) const;
  void move(long by);

  std::string workflow_;
  std::string task_;
  ShowScreen show_;
  std::string status_;
  std::string progress_;
  std::vector<TaskChart> charts_;
  std::size_t selected_ = 0;
  long first_row_ = 0;  // in sight
  int across_ = 1;      // charts side by side
  Rect chart_place_;    // of the first chart in sight
  bool is_large_ = false;
  Asked<views::MetricsView> asked_;
};

}  // namespace sennit::tui
