#include "tui/timeline/timeline_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/time_text.h"
#include "client/status.h"
#include "tui/jobs/job.h"
#include "tui/parts/boxes.h"
#include "tui/parts/rows.h"

namespace sennit::tui {
namespace {

constexpr int kTimeColumns = 10;  // how long a task took, on the right
constexpr int kAxisGap = 14;      // between the marks of the axis, at least
constexpr Micros kShortest = std::chrono::milliseconds(1);

struct PhaseSign {
  std::string_view name, sign, ascii;
};
constexpr std::array<PhaseSign, kPhases> kSigns = {{{"queued", "░", "."},
                                                    {"starting", "▒", "o"},
                                                    {"downloading", "▼", "v"},
                                                    {"running", "█", "#"},
                                                    {"uploading", "▲", "^"}}};

std::string_view sign_of(Phase phase, const Theme& theme) {
  const PhaseSign& sign = kSigns[static_cast<std::size_t>(phase)];
  return theme.ascii ? sign.ascii : sign.sign;
}

const Look& look_of(Phase phase, Standing standing, const Theme& theme) {
  switch (phase) {
    case Phase::kQueued: return theme.faint;
    case Phase::kStarting: return theme.of(Standing::kReady);
    case Phase::kDownloading: return theme.of(Standing::kReady);
    case Phase::kRunning: return theme.of(standing);
    case Phase::kUploading: return theme.warning;
  }
  return theme.plain;
}

int name_columns(const Pane& pane) { return std::clamp(pane.width() / 4, 10, 32); }

Micros time_of(const TimelineRow& row, Instant now) {
  Micros time{};
  for (const Span& span : row.spans) {
    if (span.phase == Phase::kRunning) time += (span.to.is_set() ? span.to : now) - span.from;
  }
  return time;
}

}  // namespace

TimelineView::TimelineView(Desk& desk, std::string workflow, std::string task, ShowScreen show)
    : View(desk),
      workflow_(std::move(workflow)),
      wanted_(std::move(task)),
      show_(std::move(show)),
      asked_(
          desk,
          [workflow = workflow_](client::Api& api) -> Result<Timeline> {
            Timeline timeline;
            const Result<void> read = client::read_status(api, workflow, [&](const client::StatusPiece& piece) {
              add_rows(piece.view, timeline);
              return http::Flow::kContinue;
            });
            if (!read) return read.error();
            put_in_order(timeline);
            return timeline;
          },
          [this](Timeline&& timeline) { keep(std::move(timeline)); }) {}

void TimelineView::keep(Timeline&& timeline) {
  const std::string name = wanted_.empty() ? task_name() : std::exchange(wanted_, "");
  timeline_ = std::move(timeline);
  cursor_.fit(timeline_.rows.size(), std::max(list_place_.height, 1));
  const auto row = std::ranges::find(timeline_.rows, name, &TimelineRow::name);
  if (row != timeline_.rows.end()) cursor_.select(static_cast<std::size_t>(row - timeline_.rows.begin()));
}

void TimelineView::take(const EventWatch::News& news) {
  const bool ours = std::ranges::any_of(news.events, [this](const views::EventView& event) {
    return event.workflow == timeline_.id && event.kind != "progress";
  });
  // Before the first answer nobody knows whose id it is, and what came may be newer than that answer.
  const bool may_be_ours = !asked_.has_come() && !news.events.empty();
  if (news.missed || ours || may_be_ours) asked_.set_stale();
}

bool TimelineView::tick() {
  asked_.refresh();
  return !timeline_.ended.is_set();
}

std::string TimelineView::task_name() const {
  return cursor_.selected() < timeline_.rows.size() ? timeline_.rows[cursor_.selected()].name : wanted_;
}

ChosenTask TimelineView::chosen() const {
  const bool is_there = cursor_.selected() < timeline_.rows.size();
  return {.workflow = workflow_,
          .task = {.name = task_name(), .status = is_there ? timeline_.rows[cursor_.selected()].status : ""},
          .marked = {},
          .unmark = {}};
}

Instant TimelineView::end() const { return timeline_.ended.is_set() ? timeline_.ended : desk().now(); }

TimeScale TimelineView::whole(int columns) const {
  // The last column is the one after the end: so that the end is seen.
  const Micros all = std::max(end() - timeline_.submitted, kShortest);
  const int parts = std::max(columns - 1, 1);
  return {.from = timeline_.submitted, .column = std::max(all / parts + Micros(1), kShortest)};
}

void TimelineView::fit(int columns) {
  columns_ = std::max(columns, 1);
  const TimeScale all = whole(columns_);
  if (shows_all_ || scale_.column >= all.column) {
    shows_all_ = true;
    scale_ = all;
    return;
  }
  // No further than half of what is in sight lies outside of the time there is.
  const Instant last = end() - scale_.column * (columns_ / 2);
  scale_.from = std::clamp(scale_.from, timeline_.submitted, std::max(last, timeline_.submitted));
}

void TimelineView::zoom(int times, int parts) {
  const Instant middle = scale_.at(columns_ / 2);
  scale_.column = std::max(scale_.column * times / parts, kShortest);
  scale_.from = middle - scale_.column * (columns_ / 2);
  shows_all_ = false;
}

void TimelineView::scroll(long columns) {
  if (!shows_all_) scale_.from = scale_.at(columns);
}

void TimelineView::draw(const Pane& pane, const Theme& theme) {
  if (!asked_.has_come()) return put_waiting(pane, theme, asked_.trouble());
  const int names = name_columns(pane);
  const Rect bars{names + 3, 1, pane.width() - names - 3 - kTimeColumns, pane.height() - 1};
  fit(bars.width);
  draw_head(pane.rows(0, 1), theme);
  draw_axis(pane.part(bars).rows(0, 1), theme);
  const Pane list = pane.rows(2, pane.height() - 2);
  list_place_ = list.place();
  draw_now(list.part({bars.x, 0, bars.width, list.height()}), theme);
  const Instant now = desk().now();
  draw_rows(list, theme, cursor_, timeline_.rows.size(), [&](const Pane& line, std::size_t index) {
    const TimelineRow& row = timeline_.rows[index];
    const Standing standing = standing_of(row.status);
    line.put(0, 0, tui::sign_of(standing, theme.ascii), theme.of(standing));
    line.put_cut(2, 0, row.name, names, theme.plain);
    draw_bar(line.part({bars.x, 0, bars.width, 1}), theme, row);
    const Micros time = time_of(row, now);
    if (time > Micros(0))
      line.part({pane.width() - kTimeColumns, 0, kTimeColumns, 1}).put_right(0, duration_text(time), theme.faint);
  });
}

void TimelineView::draw_head(const Pane& line, const Theme& theme) const {
  int x = line.put(1, 0, timeline_.status, theme.of(standing_of(timeline_.status)).with(Attribute::kBold));
  x = line.put(x + 2, 0, duration_text(end() - timeline_.submitted), theme.plain);
  int columns = 0;
  for (const PhaseSign& sign : kSigns) columns += static_cast<int>(sign.name.size()) + 4;
  if (x + 2 + columns > line.width()) return;
  int at = line.width() - columns + 1;
  for (std::size_t i = 0; i < kSigns.size(); ++i) {
    const auto phase = static_cast<Phase>(i);
    at = line.put(at, 0, sign_of(phase, theme), look_of(phase, Standing::kRunning, theme));
    at = line.put(at + 1, 0, kSigns[i].name, theme.faint) + 2;
  }
}

void TimelineView::draw_axis(const Pane& line, const Theme& theme) const {
  const Micros step = step_of_axis(scale_.column, kAxisGap);
  const std::int64_t first = std::max<std::int64_t>((scale_.from - timeline_.submitted) / step, 0);
  for (std::int64_t i = first;; ++i) {
    const Micros past = step * i;
    const long column = scale_.column_of(timeline_.submitted + past);
    if (column >= line.width()) return;
    if (column < 0) continue;
    const std::string label = past == Micros(0) ? "0" : limit_text(static_cast<double>(past.count()) / 1e6);
    // Half a number would be another one.
    if (column + 1 + static_cast<long>(label.size()) > line.width()) return;
    const int x = line.put(static_cast<int>(column), 0, theme.ascii ? "|" : "╷", theme.faint);
    line.put(x, 0, label, theme.faint);
  }
}

void TimelineView::draw_now(const Pane& bars, const Theme& theme) const {
  if (timeline_.ended.is_set()) return;
  const long column = scale_.column_of(desk().now());
  if (column < 0 || column >= bars.width()) return;
  for (int y = 0; y < bars.height(); ++y) bars.put(static_cast<int>(column), y, theme.ascii ? "|" : "│", theme.warning);
}

void TimelineView::draw_bar(const Pane& line, const Theme& theme, const TimelineRow& row) const {
  const Standing standing = standing_of(row.status);
  const Instant now = desk().now();
  for (const Span& span : row.spans) {
    const long from = std::max(scale_.column_of(span.from), 0L);
    long to = std::min<long>(scale_.column_of(span.to.is_set() ? span.to : now), line.width());
    // What is shorter than a column is seen all the same, if it is what matters.
    if (to == from && span.phase == Phase::kRunning) ++to;
    for (long x = from; x < to; ++x)
      line.put(static_cast<int>(x), 0, sign_of(span.phase, theme), look_of(span.phase, standing, theme));
  }
}

bool TimelineView::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) {
    const std::size_t before = cursor_.selected();
    if (!cursor_.take(*click, list_place_)) return false;
    // A second click on it opens it.
    if (click->kind == Click::Kind::kPressed && before == cursor_.selected()) task_acts(desk(), chosen()).front().act();
    return true;
  }
  const auto* key = std::get_if<Key>(&input);
  if (key == nullptr) return false;
  if (*key == named(KeyName::kLeft) || *key == character('h')) return scroll(-std::max(columns_ / 8, 1)), true;
  if (*key == named(KeyName::kRight)) return scroll(std::max(columns_ / 8, 1)), true;
  if (*key == character('<')) return scroll(-columns_ / 2), true;
  if (*key == character('>')) return scroll(columns_ / 2), true;
  return cursor_.take(*key);
}

std::vector<Act> TimelineView::acts() {
  std::vector<Act> acts = task_acts(desk(), chosen());
  acts.push_back({character('+'), "zoom in", "arrows go to left and right then", true, [this] { zoom(1, 2); }});
  acts.push_back({character('-'), "zoom out", "less of it in more time", false, [this] { zoom(2, 1); }});
  acts.push_back({character('0'), "all of it", "from the beginning to the end", false, [this] { shows_all_ = true; }});
  acts.push_back({character('n'), "now", "the last of what has happened, as it is zoomed", false, [this] {
                    if (!shows_all_) scale_.from = end() - scale_.column * (columns_ * 9 / 10);
                  }});
  acts.push_back({character('r'), "refresh", "ask the server again", false, [this] { asked_.ask(); }});
  add_screens(acts, show_, RunScreen::kTimeline, task_name());
  return acts;
}

}  // namespace sennit::tui
