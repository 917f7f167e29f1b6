// A workflow as a drawing, with the states of its tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tui/acts/run_screens.h"
#include "tui/acts/task_acts.h"
#include "tui/graph/graph_picture.h"
#include "tui/graph/neighbour.h"
#include "tui/parts/asked.h"
#include "tui/view/view.h"

namespace sennit::tui {

class GraphView final : public View {
 public:
  // `task` is selected first.
  GraphView(Desk& desk, std::string workflow, std::string task, ShowScreen show);

  std::string title() const override { return "graph"; }
  void draw(const Pane& pane, const Theme& theme) override;
  bool take(const Input& input) override;
  std::vector<Act> acts() override;
  void take(const EventWatch::News& news) override;
  bool tick() override;
  void begin() override;

 private:
  void ask(const GraphOptions& options);
  void keep(GraphPicture&& graph);
  void draw_head(const Pane& line, const Theme& theme) const;
  void draw_picture(const Pane& pane, const Theme& theme);
  void draw_selected(const Pane& line, const Theme& theme) const;
  void select(std::optional<std::size_t> place);
  void go(Way way);
  void scroll(long across, long down);
  // Moves what is in sight as far as it needs for the selected box.
  void show_selected();
  bool take_click(const Click& click);
  // Of the selected box: of equal siblings the one that matters most.
  const GraphPicture::Task* task() const;
  std::string task_name() const;
  ChosenTask chosen() const;

  std::string workflow_;
  std::string wanted_;  // the task to select when the drawing has come
  ShowScreen show_;
  GraphOptions options_;
  GraphPicture graph_;
  std::size_t selected_ = 0;  // of the places
  long left_ = 0;             // what of the drawing is in the upper left corner
  long top_ = 0;
  Rect place_;  // of the drawing on the screen
  bool is_full_ = false;
  bool was_drawn_ = false;
  Asked<GraphPicture> asked_;
};

}  // namespace sennit::tui
