#include "tui/charts/charts_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tui/jobs/job.h"
#include "views/json.h"

namespace sennit::tui {
namespace {

constexpr int kChartColumns = 70;  // at least, where there is room for two
constexpr int kChartLines = 10;

}  // namespace

ChartsView::ChartsView(Desk& desk, std::string workflow, std::string task, ShowScreen show)
    : View(desk),
      workflow_(std::move(workflow)),
      task_(std::move(task)),
      show_(std::move(show)),
      asked_(
          desk,
          [workflow = workflow_, task = task_](client::Api& api) -> Result<views::MetricsView> {
            client::MetricsQuery query{.task = task};
            query.points = client::MetricsQuery::Points::kAll;
            SENNIT_ASSIGN(const std::string json, api.facts_json(workflow, client::TaskFacts::kMetrics, query));
            return views::parse_metrics(json);
          },
          [this](views::MetricsView&& metrics) { keep(std::move(metrics)); }) {}

void ChartsView::keep(views::MetricsView&& metrics) {
  const std::string name = selected_ < charts_.size() ? charts_[selected_].name : "";
  charts_.clear();
  if (metrics.tasks.empty()) return;
  const views::TaskMetricsView& task = metrics.tasks.front();
  status_ = task.status;
  progress_ = task.progress ? task.progress->text : "";
  charts_ = charts_of(task);
  const auto found = std::ranges::find(charts_, name, &TaskChart::name);
  if (found != charts_.end()) selected_ = static_cast<std::size_t>(found - charts_.begin());
  selected_ = std::min(selected_, charts_.empty() ? 0 : charts_.size() - 1);
}

void ChartsView::take(const EventWatch::News& news) {
  const bool ours = std::ranges::any_of(news.events, [this](const views::EventView& event) {
    return event.workflow == workflow_ && event.task == task_;
  });
  if (news.missed || ours) asked_.set_stale();
}

bool ChartsView::tick() {
  // What a task tells and uses is told by no event.
  if (standing_of(status_) == Standing::kRunning) asked_.ask();
  asked_.refresh();
  return !is_over(standing_of(status_));
}

void ChartsView::draw(const Pane& pane, const Theme& theme) {
  int x = pane.put_cut(1, 0, task_, pane.width() / 2, theme.strong);
  x = pane.put(x + 1, 0, status_, theme.of(standing_of(status_)));
  pane.put_cut(x + 2, 0, progress_, pane.width() - x - 3, theme.faint);
  const Pane rest = pane.rows(1, pane.height() - 1);
  if (!charts_.empty()) return is_large_ ? draw_one(rest, theme) : draw_all(rest, theme);
  const std::string& trouble = asked_.trouble();
  std::string words = trouble;
  if (words.empty()) {
    words = !asked_.has_come()              ? "..."
            : is_over(standing_of(status_)) ? "It has told nothing of its progress, and was too short to be measured."
                                            : "It has told nothing of its progress yet.";
  }
  rest.put_cut(1, 1, words, rest.width() - 2, trouble.empty() ? theme.faint : theme.bad);
}

void ChartsView::draw_all(const Pane& pane, const Theme& theme) {
  across_ = std::max(pane.width() / kChartColumns, 1);
  const auto count = static_cast<int>(charts_.size());
  across_ = std::min(across_, count);
  const int rows = (count + across_ - 1) / across_;
  const int in_sight = std::clamp(pane.height() / kChartLines, 1, rows);
  const int width = pane.width() / across_;
  const int height = pane.height() / in_sight;
  const long selected_row = static_cast<long>(selected_) / across_;
  first_row_ = std::clamp(first_row_, std::max(selected_row - in_sight + 1, 0L), selected_row);
  const Rect place = pane.place();
  chart_place_ = {place.x, place.y, width, height};
  for (int row = 0; row < in_sight; ++row) {
    for (int column = 0; column < across_; ++column) {
      const auto index = static_cast<std::size_t>((first_row_ + row) * across_ + column);
      if (index >= charts_.size()) return;
      draw_chart(pane.part({column * width, row * height, width, height}), theme, charts_[index],
                 index == selected_ ? theme.focus.with(Attribute::kBold) : theme.border);
    }
  }
}

void ChartsView::draw_one(const Pane& pane, const Theme& theme) const {
  const TaskChart& chart = charts_[selected_];
  draw_chart(pane.rows(0, pane.height() - 1), theme, chart, theme.focus);
  const views::SeriesView& numbers = chart.numbers;
  pane.put_cut(1, pane.height() - 1,
               fmt::format("last {}  mean {}  min {}  max {}  values {}", chart.text(numbers.last),
                           chart.text(numbers.mean), chart.text(numbers.min), chart.text(numbers.max), numbers.count),
               pane.width() - 2, theme.plain);
}

void ChartsView::move(long by) {
  const auto last = static_cast<long>(charts_.size()) - 1;
  selected_ = static_cast<std::size_t>(std::clamp(static_cast<long>(selected_) + by, 0L, std::max(last, 0L)));
}

bool ChartsView::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) {
    if (click->kind == Click::Kind::kWheelUp) return move(-across_), true;
    if (click->kind == Click::Kind::kWheelDown) return move(across_), true;
    if (click->kind != Click::Kind::kPressed || is_large_ || chart_place_.width <= 0) return false;
    const long row = (click->y - chart_place_.y) / std::max(chart_place_.height, 1);
    const long column = (click->x - chart_place_.x) / chart_place_.width;
    const long index = (first_row_ + row) * across_ + column;
    if (click->y < chart_place_.y || column >= across_ || index >= static_cast<long>(charts_.size())) return false;
    is_large_ = index == static_cast<long>(selected_);
    return move(index - static_cast<long>(selected_)), true;
  }
  const auto* key = std::get_if<Key>(&input);
  if (key == nullptr || key->control || key->alt) return false;
  const long row = is_large_ ? 1 : across_;
  switch (key->name) {
    case KeyName::kUp: return move(-row), true;
    case KeyName::kDown: return move(row), true;
    case KeyName::kLeft: return move(-1), true;
    case KeyName::kRight: return move(1), true;
    case KeyName::kPageUp: return move(-row), true;
    case KeyName::kPageDown: return move(row), true;
    case KeyName::kHome: return selected_ = 0, true;
    case KeyName::kEnd: return move(static_cast<long>(charts_.size())), true;
    case KeyName::kCharacter: break;
    default: return false;
  }
  switch (key->character) {
    case 'j': return move(row), true;
    case 'k': return move(-row), true;
    case 'h': return move(-1), true;
    case 'g': return selected_ = 0, true;
    case 'G': return move(static_cast<long>(charts_.size())), true;
    default: return false;
  }
}

std::vector<Act> ChartsView::acts() {
  std::vector<Act> acts = {{named(KeyName::kEnter), "one", "the selected chart on the whole screen, and back", true,
                            [this] { is_large_ = !is_large_ && !charts_.empty(); }}};
  if (is_large_)
    acts.push_back({named(KeyName::kEscape), "all", "all charts of the task", true, [this] { is_large_ = false; }});
  for (Act& act : task_acts(
           desk(), {.workflow = workflow_, .task = {.name = task_, .status = status_}, .marked = {}, .unmark = {}})) {
    if (act.key != named(KeyName::kEnter)) acts.push_back(std::move(act));
  }
  acts.push_back({character('r'), "refresh", "ask the server again", false, [this] { asked_.ask(); }});
  add_screens(acts, show_, RunScreen::kCharts, task_);
  return acts;
}

}  // namespace sennit::tui
