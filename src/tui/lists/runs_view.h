// All workflows, the newest first.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tui/parts/asked.h"
#include "tui/parts/list_cursor.h"
#include "tui/view/view.h"
#include "views/views.h"

namespace sennit::tui {

class RunsView final : public View {
 public:
  explicit RunsView(Desk& desk);

  std::string title() const override { return "workflows"; }
  void draw(const Pane& pane, const Theme& theme) override;
  bool take(const Input& input) override;
  std::vector<Act> acts() override;
  void take(const EventWatch::News& news) override;
  bool tick() override;
  void begin() override { asked_.ask(); }

 private:
  // How rows are ordered; chosen again, the other way round.
  enum class Order : std::uint8_t { kTime, kName, kStatus };

  void keep(views::WorkflowList&& list);
  void select(const std::string& name);
  std::string selected_name() const;
  void choose();
  const views::WorkflowSummary* selected() const;
  void open_selected();
  void mark();
  void cancel();
  void open_log();
  void open_why();
  void sort(Order order);
  void add_more(std::vector<Act>& acts);
  void draw_head(const Pane& line, const Theme& theme) const;
  void draw_row(const Pane& row, const Theme& theme, const views::WorkflowSummary& run) const;

  std::vector<views::WorkflowSummary> runs_;
  std::vector<std::size_t> shown_;  // of them, that fit the filter
  std::string filter_;
  Order order_ = Order::kTime;
  bool reversed_ = false;
  std::set<std::string> marked_;
  ListCursor cursor_;
  Rect list_place_;
  Asked<views::WorkflowList> asked_;
};

}  // namespace sennit::tui
