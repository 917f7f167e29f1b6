// What waits, and why.
#pragma once

#include <string>
#include <vector>

#include "tui/parts/asked.h"
#include "tui/parts/list_cursor.h"
#include "tui/queue/queue.h"
#include "tui/view/view.h"

namespace sennit::tui {

class QueueView final : public View {
 public:
  explicit QueueView(Desk& desk);

  std::string title() const override { return "queue"; }
  void draw(const Pane& pane, const Theme& theme) override;
  bool take(const Input& input) override;
  std::vector<Act> acts() override;
  void take(const EventWatch::News& news) override;
  bool tick() override;
  void begin() override { asked_.ask(); }

 private:
  void keep(Queue&& queue);
  void choose();
  void draw_head(const Pane& pane, const Theme& theme) const;
  void draw_row(const Pane& line, const Theme& theme, std::size_t index) const;
  const QueuedTask* selected() const;

  Queue queue_;
  std::vector<std::size_t> shown_;  // of its tasks, that fit the filter
  std::string filter_;
  ListCursor cursor_;
  Rect list_place_;
  Asked<Queue> asked_;
};

}  // namespace sennit::tui
