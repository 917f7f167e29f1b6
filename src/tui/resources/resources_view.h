// Hosts with their CPUs, memory and GPUs, who holds these, and what tasks use; what was used while it is open.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tui/parts/asked.h"
#include "tui/parts/list_cursor.h"
#include "tui/resources/resource_use.h"
#include "tui/view/view.h"

namespace sennit::tui {

class ResourcesView final : public View {
 public:
  explicit ResourcesView(Desk& desk);

  std::string title() const override { return "resources"; }
  void draw(const Pane& pane, const Theme& theme) override;
  bool take(const Input& input) override;
  std::vector<Act> acts() override;
  bool tick() override;
  void begin() override { asked_.ask(); }

 private:
  static constexpr std::size_t kMostSamples = 1000;

  void keep(ResourceUse&& use);
  void draw_row(const Pane& line, const Theme& theme, const ResourceRow& row) const;
  void draw_history(const Pane& pane, const Theme& theme) const;
  const ResourceRow* selected() const;

  std::vector<ResourceRow> rows_;
  std::deque<UseSample> samples_;
  ListCursor cursor_;
  Rect list_place_;
  Asked<ResourceUse> asked_;
};

}  // namespace sennit::tui
