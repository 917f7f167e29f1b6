#include "tui/logs/log_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "tui/jobs/any_case.h"
#include "tui/parts/boxes.h"
#include "tui/parts/escapes.h"
#include "tui/parts/found.h"

namespace sennit::tui {
namespace {

constexpr long kSideways = 20;  // columns
constexpr long kWheelRows = 3;

}  // namespace

LogView::LogView(Desk& desk, std::string workflow, std::string task)
    : View(desk),
      workflow_(std::move(workflow)),
      task_(std::move(task)),
      asked_(
          desk, [name = workflow_, task_name = task_](client::Api& api) { return attempts_of(api, name, task_name); },
          [this](const TaskAttempts& attempts) { note_attempt(attempts.latest); }) {
  follow();
}

std::string LogView::title() const {
  if (task_.empty()) return "log of all";
  const std::string which = latest_ == 0 ? "" : fmt::format(", attempt {} of {}", attempt() + 1, latest_ + 1);
  return "log of " + task_ + which;
}

void LogView::follow() {
  tail_ = std::make_unique<LogTail>(desk().place(), desk().wakeup(),
                                    LogTail::Subject{.workflow = workflow_,
                                                     .task = task_,
                                                     .attempt = attempt_,
                                                     .one_attempt = !task_.empty(),
                                                     .timestamps = timestamps_,
                                                     .merged = task_.empty()});
}

// --- which attempt

void LogView::learn() {
  const std::optional<TaskAttempts> attempts = tail_->attempts();
  if (!attempts) return;
  workflow_ = attempts->workflow;
  latest_ = std::max(latest_, attempts->latest);
}

void LogView::take(const EventWatch::News& news) {
  learn();  // it may be the tail that has news
  if (news.missed && !task_.empty()) asked_.set_stale();
  for (const views::EventView& event : news.events) {
    if (event.workflow == workflow_ && event.task == task_ && event.retry_id) note_attempt(*event.retry_id);
  }
}

bool LogView::tick() {
  asked_.refresh();
  return false;
}

void LogView::note_attempt(std::uint32_t number) {
  if (number <= latest_ || task_.empty()) return;
  const std::uint32_t before = std::exchange(latest_, number);
  if (attempt_ || !window_.is_at_end()) {
    // Who reads is not disturbed.
    if (!attempt_) attempt_ = before;
    return desk().say(fmt::format("attempt {} has begun: A shows it", number + 1));
  }
  follow();
  desk().say(fmt::format("attempt {} has begun: a shows the one before", number + 1));
}

void LogView::go_to_attempt(int by) {
  learn();
  if (by < 0 && attempt() == 0) return desk().warn("there is no earlier attempt");
  if (by > 0 && attempt() == latest_) return desk().warn("this is the latest attempt");
  const std::uint32_t wanted = by < 0 ? attempt() - 1 : attempt() + 1;
  attempt_ = wanted == latest_ ? std::nullopt : std::optional(wanted);
  window_.to_end();
  window_.begin_again(oldest_);
  follow();
}

// --- how it looks

void LogView::draw(const Pane& pane, const Theme& theme) {
  const Pane text = pane.rows(0, pane.height() - 1);
  LogWindow::Shape shape = window_.shape();
  shape.columns = text.width();
  shape.rows = text.height();
  window_.set(shape);
  learn();
  std::string trouble;
  std::vector<std::string> rows;
  tail_->read([&](const LastLines& lines, const std::string& why) {
    trouble = why;
    oldest_ = lines.dropped();
    count_ = oldest_ + lines.lines().size();
    rows = window_.rows(lines);
  });
  draw_rows(text, theme, rows);
  draw_foot(pane.rows(pane.height() - 1, 1), theme, trouble);
}

void LogView::draw_rows(const Pane& pane, const Theme& theme, const std::vector<std::string>& rows) {
  int widest = 0;
  for (const std::string& row : rows) widest = std::max(widest, columns_of(row));
  column_ = window_.shape().wraps ? 0 : std::clamp(column_, 0L, std::max<long>(widest - pane.width(), 0));
  for (std::size_t y = 0; y < rows.size(); ++y) {
    put_with_matches(pane, static_cast<int>(-column_), static_cast<int>(y), rows[y], searched_, theme.plain,
                     theme.match);
  }
  if (rows.empty()) pane.put(0, 0, count_ == 0 ? "nothing yet" : "no line has that in it", theme.faint);
}

void LogView::draw_foot(const Pane& line, const Theme& theme, const std::string& trouble) {
  line.fill(theme.faint);
  if (!trouble.empty()) {
    line.put_cut(0, 0, trouble, line.width(), theme.bad);
    return;
  }
  std::string words = fmt::format("line {} of {}", std::min(window_.first() + 1, count_), count_);
  if (window_.is_at_end()) words = tail_->is_over() ? "the end" : "following";
  const std::string& filter = window_.shape().filter;
  if (!filter.empty()) words += fmt::format(", only lines with '{}'", filter);
  if (column_ > 0) words += fmt::format(", from column {}", column_ + 1);
  if (count_ >= LastLines::kMostLines) {
    words += fmt::format(", earlier lines: sennit logs {} {}", workflow_, task_);
    if (attempt_) words += fmt::format(" --attempt {}", *attempt_);
  }
  line.put_cut(0, 0, words, line.width(), theme.faint);
}

// --- moving about

void LogView::scroll(long by) {
  tail_->read([&](const LastLines& lines, const std::string& /*why*/) { window_.scroll(lines, by); });
}

void LogView::to_beginning() {
  tail_->read([&](const LastLines& lines, const std::string& /*why*/) { window_.to_beginning(lines); });
  column_ = 0;
}

// Where a line is found that is not wrapped, what was looked for may stand to the right.
bool LogView::look(int direction) {
  bool found = false;
  tail_->read([&](const LastLines& lines, const std::string& /*why*/) {
    found = window_.find(lines, searched_, direction);
    if (!found) return;
    const auto index = static_cast<std::size_t>(*window_.found() - lines.dropped());
    const std::string text = without_escapes(lines.lines()[index]);
    const std::size_t at = find_any_case(text, searched_);
    const long from = columns_of(std::string_view(text).substr(0, at));
    const long to = from + columns_of(searched_);
    const long width = window_.shape().columns;
    if (from < column_ || to > column_ + width) column_ = to <= width ? 0 : std::max(0L, from - width / 2);
  });
  return found;
}

void LogView::search() {
  if (searched_.empty() || look(-1) || look(1)) return;
  desk().warn(fmt::format("no line has '{}' in it", searched_));
}

void LogView::find(int direction) {
  if (searched_.empty() || look(direction)) return;
  desk().warn(fmt::format("no {} line has '{}' in it", direction > 0 ? "later" : "earlier", searched_));
}

bool LogView::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) {
    if (click->kind == Click::Kind::kWheelUp) return scroll(-kWheelRows), true;
    if (click->kind == Click::Kind::kWheelDown) return scroll(kWheelRows), true;
    return false;
  }
  const auto* key = std::get_if<Key>(&input);
  if (key == nullptr || key->alt) return false;
  const long page = window_.shape().rows;
  switch (key->name) {
    case KeyName::kUp: return scroll(-1), true;
    case KeyName::kDown: return scroll(1), true;
    case KeyName::kLeft: return column_ = std::max(0L, column_ - kSideways), true;
    case KeyName::kRight: return column_ += kSideways, true;
    case KeyName::kPageUp: return scroll(-page), true;
    case KeyName::kPageDown: return scroll(page), true;
    case KeyName::kHome: return to_beginning(), true;
    case KeyName::kEnd: return window_.to_end(), true;
    case KeyName::kCharacter: break;
    default: return false;
  }
  if (key->control && key->character == 'd') return scroll(page / 2), true;
  if (key->control && key->character == 'u') return scroll(-page / 2), true;
  if (key->control) return false;
  switch (key->character) {
    case 'j': return scroll(1), true;
    case 'k': return scroll(-1), true;
    case 'g': return to_beginning(), true;
    case 'G': return window_.to_end(), true;
    default: return false;
  }
}

std::vector<Act> LogView::acts() {
  const auto change = [this](auto change_shape) {
    LogWindow::Shape shape = window_.shape();
    change_shape(shape);
    window_.set(std::move(shape));
  };
  const auto filter = [this, change](const std::string& text) {
    change([&](LogWindow::Shape& shape) { shape.filter = text; });
  };
  std::vector<Act> acts = {{character('f'), "follow", "stay with what comes", true, [this] { window_.to_end(); }},
                           {character('/'), "search", "lines that have this", true,
                            [this] {
                              desk().prompt(
                                  "/", "", [this](const std::string& text) { searched_ = text; },
                                  [this](const std::string& /*text*/) { search(); });
                            }},
                           {character('n'), "earlier", "the next line above that has it", false, [this] { find(-1); }},
                           {character('N'), "later", "the next line below that has it", false, [this] { find(1); }},
                           {character('&'), "filter", "show only lines that have this", true,
                            [this, filter] { desk().prompt("only", window_.shape().filter, filter, {}); }},
                           {character('w'), "wrap", "break long lines, or cut them", true,
                            [change] { change([](LogWindow::Shape& shape) { shape.wraps = !shape.wraps; }); }},
                           {character('t'), "times", "each line with its time", latest_ == 0, [this] {
                              timestamps_ = !timestamps_;
                              window_.begin_again(oldest_);
                              follow();
                            }}};
  if (task_.empty()) return acts;
  acts.push_back({character('a'), "attempt", "the log of the attempt before this one", latest_ > 0,
                  [this] { go_to_attempt(-1); }});
  acts.push_back(
      {character('A'), "next attempt", "the one after it, up to the latest", false, [this] { go_to_attempt(1); }});
  return acts;
}

}  // namespace sennit::tui
