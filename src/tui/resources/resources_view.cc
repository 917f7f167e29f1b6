#include "tui/resources/resources_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/bytes.h"
#include "drawing/chart.h"
#include "tui/acts/task_acts.h"
#include "tui/parts/boxes.h"
#include "tui/parts/rows.h"

namespace sennit::tui {
namespace {

constexpr Micros kEvery = std::chrono::seconds(2);
constexpr int kLabelColumns = 10;
constexpr int kFewestLines = 14;  // with fewer there is no history
constexpr int kHistoryLines = 5;  // with its borders
constexpr int kManyLines = 36;    // from so many on it is higher
constexpr int kHigherHistory = 8;

struct Graph {
  std::string title;
  double UseSample::*used;
  double UseSample::*all;
};

}  // namespace

ResourcesView::ResourcesView(Desk& desk)
    : View(desk), asked_(desk, ask_for_use, [this](ResourceUse&& use) { keep(std::move(use)); }) {}

void ResourcesView::keep(ResourceUse&& use) {
  samples_.push_back(sample_of(use));
  if (samples_.size() > kMostSamples) samples_.pop_front();
  const ResourceRow* before = selected();
  const std::pair key =
      before == nullptr ? std::pair<std::string, std::string>() : std::pair(before->label, before->task);
  rows_ = rows_of(use);
  cursor_.fit(rows_.size(), std::max(list_place_.height, 1));
  // Tasks change their order; hosts do not, and may have rows of equal names.
  if (key.second.empty()) return;
  const auto found = std::ranges::find_if(
      rows_, [&](const ResourceRow& row) { return row.label == key.first && row.task == key.second; });
  if (found != rows_.end()) cursor_.select(static_cast<std::size_t>(found - rows_.begin()));
}

const ResourceRow* ResourcesView::selected() const {
  return cursor_.selected() < rows_.size() ? &rows_[cursor_.selected()] : nullptr;
}

bool ResourcesView::tick() {
  // What is used is told by no event.
  if (asked_.age() >= kEvery) asked_.ask();
  return true;
}

void ResourcesView::draw(const Pane& pane, const Theme& theme) {
  if (!asked_.has_come()) return put_waiting(pane, theme, asked_.trouble());
  const int history = pane.height() < kFewestLines ? 0 : pane.height() < kManyLines ? kHistoryLines : kHigherHistory;
  const Pane list = pane.rows(0, pane.height() - history);
  list_place_ = list.place();
  draw_rows(list, theme, cursor_, rows_.size(),
            [&](const Pane& line, std::size_t row) { draw_row(line, theme, rows_[row]); });
  if (history > 0) draw_history(pane.rows(pane.height() - history, history), theme);
}

void ResourcesView::draw_row(const Pane& line, const Theme& theme, const ResourceRow& row) const {
  switch (row.kind) {
    case ResourceRow::Kind::kHeading: line.put_cut(1, 0, row.label, line.width() - 2, theme.strong); return;
    case ResourceRow::Kind::kHost: {
      int x = line.put_cut(1, 0, row.label, line.width() / 2, theme.strong);
      x = line.put_cut(x + 2, 0, row.text, line.width() - x - 3, theme.faint);
      line.put_cut(x + 2, 0, row.warning, line.width() - x - 3, theme.warning);
      return;
    }
    case ResourceRow::Kind::kShare: {
      line.put_cut(3, 0, row.label, kLabelColumns - 1, theme.faint);
      const int columns = std::clamp(line.width() / 4, 8, 40);
      const double part = row.part.value_or(0);
      const Look& look = part > 0.9 ? theme.warning : theme.of(Standing::kRunning);
      if (row.part) progress_bar(line, theme, 3 + kLabelColumns, 0, columns, part, look);
      const int x = 5 + kLabelColumns + columns;
      line.put_cut(x, 0, row.text, line.width() - x - 1, theme.plain);
      return;
    }
    case ResourceRow::Kind::kTask: {
      const int names = std::clamp(line.width() / 3, 20, 60);
      line.put_cut(3, 0, row.label, names, theme.plain);
      line.put_cut(names + 4, 0, row.text, line.width() - names - 5, theme.faint);
      return;
    }
  }
}

void ResourcesView::draw_history(const Pane& pane, const Theme& theme) const {
  const UseSample& now = samples_.back();
  const auto bytes = [](double value) { return readable(Bytes(static_cast<std::uint64_t>(std::max(value, 0.0)))); };
  std::vector<Graph> graphs = {
      {fmt::format("CPUs: {:.1f} of {:.0f} busy", now.cpus, now.cpu_count), &UseSample::cpus, &UseSample::cpu_count},
      {fmt::format("Memory: {} in use", bytes(now.memory)), &UseSample::memory, &UseSample::memory_size}};
  if (now.gpu_count > 0) {
    graphs.push_back(
        {fmt::format("GPUs: {:.1f} of {:.0f} busy", now.gpus, now.gpu_count), &UseSample::gpus, &UseSample::gpu_count});
  }
  const int width = pane.width() / static_cast<int>(graphs.size());
  int x = 0;
  for (const Graph& graph : graphs) {
    const Pane inside = box(pane.part({x, 0, width, pane.height()}), theme, theme.border, graph.title);
    x += width;
    std::vector<double> values;
    for (const UseSample& sample : samples_) values.push_back(sample.*graph.used);
    const std::vector<std::string> lines =
        drawing::sparkline(values, {.columns = static_cast<std::size_t>(std::max(inside.width(), 0)),
                                    .rows = static_cast<std::size_t>(std::max(inside.height(), 1)),
                                    .strokes = theme.ascii ? drawing::Strokes::kAscii : drawing::Strokes::kBraille,
                                    .title = "",
                                    .left = "",
                                    .right = "",
                                    .low = 0.0,
                                    .high = std::max(now.*graph.all, 1e-9),
                                    .label = {}});
    for (std::size_t y = 0; y < lines.size(); ++y)
      inside.put(0, static_cast<int>(y), lines[y], theme.of(Standing::kReady));
  }
}

bool ResourcesView::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) return cursor_.take(*click, list_place_);
  const auto* key = std::get_if<Key>(&input);
  return key != nullptr && cursor_.take(*key);
}

std::vector<Act> ResourcesView::acts() {
  const ResourceRow* row = selected();
  ChosenTask chosen;
  if (row != nullptr) {
    chosen.workflow = row->workflow;
    chosen.task.name = row->task;
  }
  std::vector<Act> acts = task_acts(desk(), chosen);
  acts.push_back({character('r'), "refresh", "ask the server again", false, [this] { asked_.ask(); }});
  return acts;
}

}  // namespace sennit::tui
