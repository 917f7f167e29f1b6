#include "tui/run/run_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tui/acts/changes.h"
#include "tui/acts/task_acts.h"
#include "tui/charts/charts_view.h"
#include "tui/graph/graph_view.h"
#include "tui/logs/log_view.h"
#include "tui/parts/boxes.h"
#include "tui/resources/resources_view.h"
#include "tui/run/job_card.h"
#include "tui/run/panels.h"
#include "tui/texts/task_texts.h"
#include "tui/texts/text_view.h"
#include "tui/timeline/timeline_view.h"

namespace sennit::tui {
namespace {

constexpr int kWide = 100;        // from so many columns the panels stand beside the tasks
constexpr int kNumbersLines = 8;  // of the panel

}  // namespace

RunView::RunView(Desk& desk, std::string workflow) : View(desk), workflow_(std::move(workflow)) { watch(); }

void RunView::watch() {
  watch_ = std::make_unique<StatusWatch>(desk().place(), desk().wakeup(), workflow_);
  is_told_ = true;
}

void RunView::tell(const views::WorkflowView& piece) {
  const Job* before = selected();
  const std::string name = before == nullptr ? "" : before->name;
  const bool is_first = !jobs_.is_loaded();
  const bool has_new = jobs_.tell(piece);
  workflow_ = jobs_.head().id;
  // A filter may look at what has changed.
  if (!has_new && filter_.empty()) return;
  choose();
  if (is_first || !filter_.empty()) select(name);
}

void RunView::select(const std::string& task) {
  for (std::size_t row = 0; row < shown_.size(); ++row) {
    if (jobs_.jobs()[shown_[row]].name == task) cursor_.select(row);
  }
  follow_log();
}

void RunView::choose() {
  shown_ = jobs_.matching(filter_);
  cursor_.fit(shown_.size(), std::max(list_place_.height, 1));
}

const Job* RunView::selected() const {
  return cursor_.selected() < shown_.size() ? &jobs_.jobs()[shown_[cursor_.selected()]] : nullptr;
}

void RunView::take(const EventWatch::News& news) {
  const StatusWatch::News told = watch_->take();
  for (const views::WorkflowView& piece : told.pieces) tell(piece);
  is_told_ = !told.is_over;
  trouble_ = told.trouble;
  // One that had ended may go on.
  const bool goes_on = std::ranges::any_of(news.events, [this](const views::EventView& event) {
    return event.kind == "reopened" && event.workflow == workflow_;
  });
  if (!is_told_ && (news.missed || goes_on)) watch();
}

bool RunView::tick() { return !jobs_.is_loaded() || !jobs_.head().end_time.is_set(); }

void RunView::follow_log() {
  const Job* job = selected();
  if (job == nullptr) return;
  const LogTail::Subject subject{.workflow = workflow_, .task = job->name, .attempt = std::nullopt};
  if (!log_ || log_->subject() != subject) log_ = std::make_unique<LogTail>(desk().place(), desk().wakeup(), subject);
}

void RunView::draw(const Pane& pane, const Theme& theme) {
  if (!jobs_.is_loaded()) return put_waiting(pane, theme, trouble_);
  const Instant now = desk().now();
  draw_run_status(pane.rows(0, 1), theme, jobs_.head(), now);
  draw_counts(pane.rows(pane.height() - 1, 1), theme, jobs_.head().counts);
  const Pane middle = pane.rows(1, pane.height() - 2);
  const Job* job = selected();
  const std::string log_title = job == nullptr ? "Log" : "Log: " + job->name;
  if (pane.width() >= kWide) {
    const int left = middle.width() * 6 / 10;
    draw_jobs(middle.part({0, 0, left, middle.height()}), theme);
    const int numbers = std::min(kNumbersLines, middle.height() / 2);
    draw_numbers(middle.part({left, 0, middle.width() - left, numbers}), theme, jobs_);
    draw_log_end(middle.part({left, numbers, middle.width() - left, middle.height() - numbers}), theme, log_.get(),
                 log_title);
    return;
  }
  const int log_lines = middle.height() / 3;
  draw_jobs(middle.rows(0, middle.height() - log_lines), theme);
  draw_log_end(middle.rows(middle.height() - log_lines, log_lines), theme, log_.get(), log_title);
}

void RunView::draw_jobs(const Pane& pane, const Theme& theme) {
  list_place_ = pane.place();
  if (shown_.empty()) {
    const std::string why = filter_.empty() ? "It has no tasks." : fmt::format("No task has '{}' in it.", filter_);
    pane.put_cut(2, 1, why, pane.width() - 4, theme.faint);
    return;
  }
  const bool cards = static_cast<int>(shown_.size()) * kCardLines <= pane.height();
  const auto state_of = [&](std::size_t row) {
    return CardState{.selected = row == cursor_.selected(),
                     .marked = marked_.contains(jobs_.jobs()[shown_[row]].name),
                     .now = desk().now()};
  };
  cursor_.fit(shown_.size(), pane.height(), kCardLines);
  int y = 0;
  for (std::size_t row = cursor_.first(); row < shown_.size() && y < pane.height(); ++row) {
    const CardState state = state_of(row);
    const int lines = cards || state.selected ? kCardLines : 1;
    const Pane place = pane.rows(y, lines);
    const Job& job = jobs_.jobs()[shown_[row]];
    lines == 1 ? draw_job_line(place, theme, job, state) : draw_card(place, theme, job, state);
    y += lines;
  }
}

bool RunView::take(const Input& input) {
  const std::size_t before = cursor_.selected();
  bool taken = false;
  if (const auto* key = std::get_if<Key>(&input)) taken = cursor_.take(*key);
  if (const auto* click = std::get_if<Click>(&input)) {
    const bool cards = static_cast<int>(shown_.size()) * kCardLines <= list_place_.height;
    // Cards are all of the same height.
    if (cards && list_place_.contains(click->x, click->y) && click->kind == Click::Kind::kPressed) {
      const auto row = static_cast<std::size_t>((click->y - list_place_.y) / kCardLines);
      if (row < shown_.size()) cursor_.select(row);
      taken = row < shown_.size();
    } else {
      taken = cursor_.take(*click, list_place_);
    }
  }
  if (cursor_.selected() != before) follow_log();
  return taken;
}

void RunView::mark() {
  const Job* job = selected();
  if (job == nullptr) return;
  if (marked_.erase(job->name) == 0) marked_.insert(job->name);
  cursor_.take(named(KeyName::kDown));
  follow_log();
}

std::vector<TaskRef> RunView::marked() const {
  std::vector<TaskRef> marked;
  for (const std::string& name : marked_) {
    const Job* job = jobs_.find(name);
    marked.push_back({.name = name, .status = job == nullptr ? "" : job->status});
  }
  return marked;
}

void RunView::open_log(const std::string& task) { desk().open(std::make_unique<LogView>(desk(), workflow_, task)); }

void RunView::show(RunScreen screen, const std::string& task) {
  // They lie above us, and end first.
  const ShowScreen from_there = [this](RunScreen other, const std::string& selected) {
    desk().back();
    select(selected);
    show(other, selected);
  };
  switch (screen) {
    case RunScreen::kTasks: return;
    case RunScreen::kGraph: return desk().open(std::make_unique<GraphView>(desk(), workflow_, task, from_there));
    case RunScreen::kTimeline: return desk().open(std::make_unique<TimelineView>(desk(), workflow_, task, from_there));
    case RunScreen::kCharts: return desk().open(std::make_unique<ChartsView>(desk(), workflow_, task, from_there));
  }
}

void RunView::add_others(std::vector<Act>& acts, const std::string& task) {
  const ShowScreen from_here = [this](RunScreen other, const std::string& selected) { show(other, selected); };
  add_screens(acts, from_here, RunScreen::kTasks, task);
  acts.push_back({character('u'), "resources", "hosts, GPUs and who uses them", false,
                  [this] { desk().open(std::make_unique<ResourcesView>(desk())); }});
}

std::vector<Act> RunView::acts() {
  const Job* job = selected();
  const std::string task = job == nullptr ? "" : job->name;
  const auto text = [this, task](TaskText what) {
    return [this, task, what] { desk().open(task_text(desk(), what, workflow_, task)); };
  };
  std::vector<Act> acts = task_acts(desk(), {.workflow = workflow_,
                                             .task = {.name = task, .status = job == nullptr ? "" : job->status},
                                             .marked = [this] { return marked(); },
                                             .unmark = [this] { marked_.clear(); }});
  const std::vector<Act> others = {
      {character('L'), "all logs", "of all tasks, by time", false, [this] { open_log(""); }},
      {character('C'), "cancel all", "the whole workflow", false,
       [this] {
         ask_to_cancel_all(desk(), {workflow_, jobs_.head().status}, jobs_.head().counts);
       }},
      {character('y'), "yaml", "the file, as it was understood", false, text(TaskText::kSpec)},
      {character('e'), "events", "what has happened", false, text(TaskText::kEvents)},
      {character('x'), "errors", "what failed, and its last words", false, text(TaskText::kErrors)},
      {character('/'), "filter", "only those with this in name, group or status", false,
       [this] {
         desk().prompt("/", filter_,
                       [this](const std::string& words) {
                         filter_ = words;
                         choose();
                         follow_log();
                       },
                       {});
       }},
      {character(' '), "mark", "for an act on many", false, [this] { mark(); }},
      {character('p'), "pause", "nothing new of the workflow starts", false,
       [this] { pause_workflow(desk(), workflow_); }},
      {character('P'), "resume", "what is paused goes on", false, [this] { resume_workflow(desk(), workflow_); }},
      {character('r'), "refresh", "ask the server again", false, [this] { watch(); }},
      {character('R'), "rerun", "run all of it again, as a new workflow", false,
       [this] {
         desk().ask(fmt::format("Run {} again, as a new workflow?", workflow_),
                    [this] { rerun_workflow(desk(), workflow_); });
       }},
  };
  acts.insert(acts.end(), others.begin(), others.end());
  add_others(acts, task);
  return acts;
}

}  // namespace sennit::tui
