#include "tui/lists/runs_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "base/time_text.h"
#include "tui/acts/changes.h"
#include "tui/jobs/any_case.h"
#include "tui/logs/log_view.h"
#include "tui/parts/rows.h"
#include "tui/queue/queue_view.h"
#include "tui/resources/resources_view.h"
#include "tui/run/run_view.h"
#include "tui/texts/task_texts.h"

namespace sennit::tui {
namespace {

constexpr std::uint32_t kMost = 1000;

// In the local zone, which there is no room to name.
std::string submitted_at(const views::WorkflowSummary& run) {
  const std::string text = date_time(run.submit_time);
  return text.substr(0, text.rfind(' '));
}

std::string duration_of(const views::WorkflowSummary& run, Instant now) {
  if (!run.start_time.is_set()) return "";
  const Instant end = run.end_time.is_set() ? run.end_time : now;
  return duration_text(end - run.start_time);
}

// "train-9" before "train-10".
std::pair<std::string_view, std::uint64_t> parts_of(std::string_view id) {
  const std::size_t dash = id.rfind('-');
  std::uint64_t number = 0;
  if (dash == std::string_view::npos) return {id, number};
  std::from_chars(id.data() + dash + 1, id.data() + id.size(), number);
  return {id.substr(0, dash), number};
}

// What somebody who sorts by status looks for comes first.
int rank_of(Standing standing) {
  switch (standing) {
    case Standing::kRunning: return 0;
    case Standing::kWaiting:
    case Standing::kReady: return 1;
    case Standing::kFailed: return 2;
    case Standing::kCanceled: return 3;
    case Standing::kCompleted: return 4;
  }
  return 5;
}

}  // namespace

RunsView::RunsView(Desk& desk)
    : View(desk),
      asked_(
          desk, [](client::Api& api) { return api.list({.limit = kMost}); },
          [this](views::WorkflowList&& list) { keep(std::move(list)); }) {}

void RunsView::keep(views::WorkflowList&& list) {
  const std::string name = selected_name();
  runs_ = std::move(list.workflows);
  choose();
  select(name);
}

std::string RunsView::selected_name() const {
  const views::WorkflowSummary* run = selected();
  return run == nullptr ? "" : run->name;
}

void RunsView::select(const std::string& name) {
  for (std::size_t row = 0; row < shown_.size(); ++row) {
    if (runs_[shown_[row]].name == name) cursor_.select(row);
  }
}

void RunsView::choose() {
  shown_.clear();
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const views::WorkflowSummary& run = runs_[i];
    if (has_any_case(run.name, filter_) || has_any_case(run.status, filter_) || has_any_case(run.user, filter_))
      shown_.push_back(i);
  }
  // The server tells the newest first.
  if (order_ == Order::kName)
    std::ranges::stable_sort(shown_, {}, [this](std::size_t i) { return parts_of(runs_[i].name); });
  if (order_ == Order::kStatus) {
    std::ranges::stable_sort(shown_, {}, [this](std::size_t i) { return rank_of(standing_of(runs_[i].status)); });
  }
  if (reversed_) std::ranges::reverse(shown_);
  cursor_.fit(shown_.size(), std::max(list_place_.height, 1));
}

const views::WorkflowSummary* RunsView::selected() const {
  return cursor_.selected() < shown_.size() ? &runs_[shown_[cursor_.selected()]] : nullptr;
}

void RunsView::take(const EventWatch::News& news) {
  if (news.missed || !news.events.empty()) asked_.set_stale();
}

bool RunsView::tick() {
  asked_.refresh();
  return std::ranges::any_of(runs_, [](const auto& run) { return !run.end_time.is_set(); });
}

void RunsView::draw(const Pane& pane, const Theme& theme) {
  draw_head(pane.rows(0, 1), theme);
  const Pane list = pane.rows(1, pane.height() - 1);
  list_place_ = list.place();
  draw_rows(list, theme, cursor_, shown_.size(),
            [&](const Pane& line, std::size_t row) { draw_row(line, theme, runs_[shown_[row]]); });
  if (!shown_.empty()) return;
  if (!asked_.trouble().empty()) {
    list.put_cut(3, 1, asked_.trouble(), list.width() - 4, theme.bad);
  } else if (!asked_.has_come()) {
    list.put(3, 1, "...", theme.faint);
  } else if (runs_.empty()) {
    list.put_cut(3, 1, "There is no workflow yet. `sennit run FILE` makes the first one.", list.width() - 4,
                 theme.faint);
  } else {
    list.put_cut(3, 1, fmt::format("None has '{}' in it; / and Esc shows all.", filter_), list.width() - 4,
                 theme.faint);
  }
}

void RunsView::draw_head(const Pane& line, const Theme& theme) const {
  const auto column = [&](int x, std::string_view name, Order order) {
    const int end = line.put(x, 0, name, theme.faint);
    if (order_ != order) return;
    // Down: as it is read; time begins with the newest.
    line.put(end + 1, 0, reversed_ ? (theme.ascii ? "^" : "▴") : (theme.ascii ? "v" : "▾"), theme.warning);
  };
  column(3, "WORKFLOW", Order::kName);
  column(40, "STATUS", Order::kStatus);
  column(60, "SUBMITTED", Order::kTime);
  if (line.width() > 90) line.put(82, 0, "DURATION", theme.faint);
  if (line.width() > 110) line.put(96, 0, "USER", theme.faint);
}

void RunsView::draw_row(const Pane& row, const Theme& theme, const views::WorkflowSummary& run) const {
  const Standing standing = standing_of(run.status);
  row.put(0, 0, marked_.contains(run.name) ? (theme.ascii ? ">" : "▌") : " ", theme.warning);
  row.put(1, 0, sign_of(standing, theme.ascii), theme.of(standing));
  row.put_cut(3, 0, run.name, 36, theme.plain);
  row.put_cut(40, 0, run.paused_at.is_set() ? run.status + " (paused)" : run.status, 19, theme.of(standing));
  row.put_cut(60, 0, submitted_at(run), std::min(21, row.width() - 60), theme.faint);
  if (row.width() > 90) row.put_cut(82, 0, duration_of(run, desk().now()), 13, theme.plain);
  if (row.width() > 110) row.put_cut(96, 0, run.user, row.width() - 97, theme.faint);
}

bool RunsView::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) {
    const std::size_t before = cursor_.selected();
    if (!cursor_.take(*click, list_place_)) return false;
    // A second click on it opens it.
    if (click->kind == Click::Kind::kPressed && before == cursor_.selected()) open_selected();
    return true;
  }
  const auto* key = std::get_if<Key>(&input);
  return key != nullptr && cursor_.take(*key);
}

void RunsView::open_selected() {
  if (const views::WorkflowSummary* run = selected()) desk().open(std::make_unique<RunView>(desk(), run->name));
}

void RunsView::mark() {
  const views::WorkflowSummary* run = selected();
  if (run == nullptr) return;
  if (marked_.erase(run->name) == 0) marked_.insert(run->name);
  cursor_.take(named(KeyName::kDown));
}

void RunsView::cancel() {
  std::vector<TaskRef> chosen;
  const views::WorkflowSummary* run = selected();
  for (const views::WorkflowSummary& one : runs_) {
    if (marked_.empty() ? &one == run : marked_.contains(one.name)) chosen.push_back({one.name, one.status});
  }
  ask_to_cancel(desk(), chosen, [this] { marked_.clear(); });
}

void RunsView::open_log() {
  if (const auto* run = selected()) desk().open(std::make_unique<LogView>(desk(), run->name, ""));
}

void RunsView::open_why() {
  if (const auto* run = selected()) desk().open(task_text(desk(), TaskText::kWhy, run->name, ""));
}

void RunsView::sort(Order order) {
  reversed_ = order == order_ && !reversed_;
  order_ = order;
  const std::string name = selected_name();
  choose();
  select(name);
}

void RunsView::add_more(std::vector<Act>& acts) {
  acts.push_back({character('l'), "logs", "of all its tasks, by time", true, [this] { open_log(); }});
  acts.push_back({character('w'), "why", "why it is where it is", true, [this] { open_why(); }});
  acts.push_back({character('u'), "resources", "hosts, GPUs and who uses them", false,
                  [this] { desk().open(std::make_unique<ResourcesView>(desk())); }});
  acts.push_back({character('Q'), "queue", "what waits in all workflows, and why", false,
                  [this] { desk().open(std::make_unique<QueueView>(desk())); }});
  acts.push_back({character('N'), "by name", "again: the other way round", false, [this] { sort(Order::kName); }});
  acts.push_back({character('S'), "by status", "what runs first", false, [this] { sort(Order::kStatus); }});
  acts.push_back({character('T'), "by time", "the newest first", false, [this] { sort(Order::kTime); }});
}

std::vector<Act> RunsView::acts() {
  std::vector<Act> acts = {
      {named(KeyName::kEnter), "open", "the workflow with its tasks", true, [this] { open_selected(); }},
      {character('/'), "filter", "only those with this in id, status or user", true,
       [this] {
         desk().prompt("/", filter_,
                       [this](const std::string& text) {
                         filter_ = text;
                         choose();
                       },
                       {});
       }},
      {character(' '), "mark", "for an act on many", false, [this] { mark(); }},
      {character('c'), "cancel", "the selected one, or those that are marked", true, [this] { cancel(); }},
      {character('r'), "refresh", "ask the server again", false, [this] { asked_.ask(); }},
      {character('y'), "copy id", "to the clipboard", false,
       [this] {
         if (const auto* run = selected()) desk().copy(run->name);
       }},
  };
  add_more(acts);
  return acts;
}

}  // namespace sennit::tui
