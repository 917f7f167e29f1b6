#include "tui/queue/queue_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/time_text.h"
#include "tui/acts/task_acts.h"
#include "tui/jobs/any_case.h"
#include "tui/jobs/job.h"
#include "tui/parts/boxes.h"
#include "tui/parts/rows.h"

namespace sennit::tui {
namespace {

constexpr int kReasonLines = 2;  // of the selected one, below the list

struct Columns {
  int task = 6;
  int status = 0;
  int priority = 0;  // 0: there is no room for it
  int since = 0;
  int reason = 0;
};

Columns columns_of(int width) {
  Columns columns;
  columns.status = columns.task + std::clamp(width / 3, 12, 50);
  columns.since = columns.status + 13;
  if (width > 100) {
    columns.priority = columns.since;
    columns.since += 9;
  }
  columns.reason = columns.since + 11;
  return columns;
}

bool has(const QueuedTask& task, std::string_view part) {
  return has_any_case(fmt::format("{}/{}", task.workflow, task.task), part) || has_any_case(task.reason, part) ||
         has_any_case(task.status, part);
}

}  // namespace

QueueView::QueueView(Desk& desk)
    : View(desk), asked_(desk, ask_for_queue, [this](Queue&& queue) { keep(std::move(queue)); }) {}

void QueueView::keep(Queue&& queue) {
  const QueuedTask* before = selected();
  const std::pair key =
      before == nullptr ? std::pair<std::string, std::string>() : std::pair(before->workflow, before->task);
  queue_ = std::move(queue);
  choose();
  for (std::size_t row = 0; row < shown_.size(); ++row) {
    const QueuedTask& task = queue_.tasks[shown_[row]];
    if (task.workflow == key.first && task.task == key.second) cursor_.select(row);
  }
}

void QueueView::choose() {
  shown_.clear();
  for (std::size_t i = 0; i < queue_.tasks.size(); ++i) {
    if (filter_.empty() || has(queue_.tasks[i], filter_)) shown_.push_back(i);
  }
  cursor_.fit(shown_.size(), std::max(list_place_.height, 1));
}

const QueuedTask* QueueView::selected() const {
  return cursor_.selected() < shown_.size() ? &queue_.tasks[shown_[cursor_.selected()]] : nullptr;
}

void QueueView::take(const EventWatch::News& news) {
  const bool moved =
      std::ranges::any_of(news.events, [](const views::EventView& event) { return event.kind != "progress"; });
  if (news.missed || moved) asked_.set_stale();
}

bool QueueView::tick() {
  asked_.refresh();
  return !queue_.tasks.empty();  // they wait longer and longer
}

void QueueView::draw(const Pane& pane, const Theme& theme) {
  draw_head(pane.rows(0, 2), theme);
  const Pane list = pane.rows(2, pane.height() - 2 - kReasonLines);
  list_place_ = list.place();
  draw_rows(list, theme, cursor_, shown_.size(),
            [&](const Pane& line, std::size_t row) { draw_row(line, theme, shown_[row]); });
  if (const QueuedTask* task = selected()) {
    int y = pane.height() - kReasonLines;
    for (const std::string& line : wrapped(task->reason, pane.width() - 2)) {
      if (y < pane.height()) pane.put(1, y++, line, theme.plain);
    }
    return;
  }
  const std::string& trouble = asked_.trouble();
  std::string words = trouble;
  if (words.empty()) {
    words = !asked_.has_come() ? "..."
            : filter_.empty()  ? "Nothing waits."
                               : fmt::format("None has '{}' in it.", filter_);
  }
  list.put_cut(2, 1, words, list.width() - 4, trouble.empty() ? theme.faint : theme.bad);
}

void QueueView::draw_head(const Pane& pane, const Theme& theme) const {
  const std::size_t others = queue_.tasks.size() - queue_.ready;
  pane.put_cut(1, 0,
               fmt::format("{} ready and waiting for room, {} held back{}", queue_.ready, others,
                           queue_.more ? "; there are more" : ""),
               pane.width() - 2, theme.plain);
  const Columns columns = columns_of(pane.width());
  pane.put(1, 1, "#", theme.faint);
  pane.put(columns.task, 1, "TASK", theme.faint);
  pane.put(columns.status, 1, "STATUS", theme.faint);
  if (columns.priority > 0) pane.put(columns.priority, 1, "PRIORITY", theme.faint);
  pane.put(columns.since, 1, "WAITS", theme.faint);
  pane.put(columns.reason, 1, "WHY", theme.faint);
}

void QueueView::draw_row(const Pane& line, const Theme& theme, std::size_t index) const {
  const QueuedTask& task = queue_.tasks[index];
  const Columns columns = columns_of(line.width());
  if (task.ready) line.put(1, 0, std::to_string(index + 1), theme.faint);
  line.put_cut(columns.task, 0, fmt::format("{}/{}", task.workflow, task.task), columns.status - columns.task - 1,
               theme.plain);
  line.put_cut(columns.status, 0, task.status, 12, theme.of(standing_of(task.status)));
  if (columns.priority > 0) line.put_cut(columns.priority, 0, task.priority, 8, theme.plain);
  line.put_cut(columns.since, 0, duration_text(desk().now() - task.since), 10, theme.plain);
  line.put_cut(columns.reason, 0, task.reason, line.width() - columns.reason - 1, theme.faint);
}

bool QueueView::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) {
    const std::size_t before = cursor_.selected();
    if (!cursor_.take(*click, list_place_)) return false;
    // A second click on it opens it.
    if (click->kind == Click::Kind::kPressed && before == cursor_.selected()) acts().front().act();
    return true;
  }
  const auto* key = std::get_if<Key>(&input);
  return key != nullptr && cursor_.take(*key);
}

std::vector<Act> QueueView::acts() {
  const QueuedTask* task = selected();
  ChosenTask chosen;
  if (task != nullptr) {
    chosen.workflow = task->workflow;
    chosen.task = {.name = task->task, .status = task->status};
  }
  std::vector<Act> acts = task_acts(desk(), chosen);
  acts.push_back({character('/'), "filter", "only those with this in name, status or reason", true, [this] {
                    desk().prompt("/", filter_,
                                  [this](const std::string& text) {
                                    filter_ = text;
                                    choose();
                                  },
                                  {});
                  }});
  acts.push_back({character('r'), "refresh", "ask the server again", false, [this] { asked_.ask(); }});
  return acts;
}

}  // namespace sennit::tui
