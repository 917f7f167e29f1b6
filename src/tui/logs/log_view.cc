#include "tui/logs/log_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "tui/parts/boxes.h"
#include "tui/parts/escapes.h"
#include "tui/parts/found.h"

namespace sennit::tui {
namespace {

constexpr long kSideways = 20;  // columns

}  // namespace

LogView::LogView(Desk& desk, std::string workflow, std::string task)
    : View(desk), workflow_(std::move(workflow)), task_(std::move(task)) {
  follow();
}

std::string LogView::title() const { return task_.empty() ? "log of all" : "log of " + task_; }

void LogView::follow() {
  tail_ = std::make_unique<LogTail>(desk().place(), desk().wakeup(),
                                    LogTail::Subject{.workflow = workflow_,
                                                     .task = task_,
                                                     .attempt = std::nullopt,
                                                     .timestamps = timestamps_,
                                                     .merged = task_.empty()});
}

bool LogView::fits(const std::string& line) const { return filter_.empty() || line.find(filter_) != std::string::npos; }

void LogView::draw(const Pane& pane, const Theme& theme) {
  const Pane text = pane.rows(0, pane.height() - 1);
  const Pane foot = pane.rows(pane.height() - 1, 1);
  rows_ = std::max(text.height(), 1);
  std::string trouble_now;
  tail_->read([&](const LastLines& lines, const std::string& trouble) {
    trouble_now = trouble;
    oldest_ = lines.dropped();
    count_ = oldest_ + lines.lines().size();
    if (at_end_) first_ = count_ - std::min<std::uint64_t>(count_, static_cast<std::uint64_t>(rows_));
    first_ = std::clamp(first_, oldest_, std::max(count_, oldest_ + 1) - 1);
    // What is filtered at the end is looked for from there upwards.
    std::vector<std::string> shown;
    if (at_end_) {
      for (std::uint64_t at = count_; at > oldest_ && static_cast<int>(shown.size()) < rows_; --at) {
        std::string line = without_escapes(lines.lines()[at - 1 - oldest_]);
        if (fits(line)) shown.push_back(std::move(line));
      }
      std::ranges::reverse(shown);
    } else {
      for (std::uint64_t at = first_; at < count_ && static_cast<int>(shown.size()) < rows_; ++at) {
        std::string line = without_escapes(lines.lines()[at - oldest_]);
        if (fits(line)) shown.push_back(std::move(line));
      }
    }
    std::vector<std::string> rows;
    for (const std::string& line : shown) {
      if (!wraps_) {
        rows.push_back(line);
      } else if (line.empty()) {
        rows.emplace_back();
      } else {
        for (std::string& part : wrapped(line, text.width())) rows.push_back(std::move(part));
      }
    }
    const std::size_t skipped =
        at_end_ && rows.size() > static_cast<std::size_t>(rows_) ? rows.size() - static_cast<std::size_t>(rows_) : 0;
    for (std::size_t i = skipped; i < rows.size() && static_cast<int>(i - skipped) < rows_; ++i) {
      put_with_matches(text, wraps_ ? 0 : static_cast<int>(-column_), static_cast<int>(i - skipped), rows[i], searched_,
                       theme.plain, theme.match);
    }
  });
  foot.fill(theme.faint);
  std::string words = at_end_ ? "following" : fmt::format("line {} of {}", first_ + 1, count_);
  if (!filter_.empty()) words += fmt::format(", only lines with '{}'", filter_);
  if (oldest_ > 0) words += fmt::format(", {} earlier lines: sennit logs {} {}", oldest_, workflow_, task_);
  if (!trouble_now.empty()) words = trouble_now;
  foot.put_cut(0, 0, words, foot.width(), trouble_now.empty() ? theme.faint : theme.bad);
}

void LogView::scroll(long by) {
  if (at_end_ && by < 0) first_ = count_ - std::min<std::uint64_t>(count_, static_cast<std::uint64_t>(rows_));
  const long last = std::max<long>(static_cast<long>(count_) - rows_, static_cast<long>(oldest_));
  const long wanted = static_cast<long>(first_) + by;
  first_ = static_cast<std::uint64_t>(std::clamp(wanted, static_cast<long>(oldest_), last));
  at_end_ = wanted >= last;
}

void LogView::find(int direction) {
  if (searched_.empty()) return;
  bool found = false;
  tail_->read([&](const LastLines& lines, const std::string& /*trouble*/) {
    const auto count = static_cast<long>(lines.lines().size());
    const long first = static_cast<long>(first_) - static_cast<long>(lines.dropped());  // it may have gone by now
    const long from = at_end_ && direction < 0 ? count : std::max(first, -1L);
    for (long at = from + direction; at >= 0 && at < count; at += direction) {
      // As it is shown.
      const std::string line = without_escapes(lines.lines()[static_cast<std::size_t>(at)]);
      if (line.find(searched_) == std::string::npos) continue;
      first_ = lines.dropped() + static_cast<std::uint64_t>(at);
      at_end_ = false;
      found = true;
      return;
    }
  });
  if (!found) desk().warn(fmt::format("no {} line has '{}' in it", direction > 0 ? "later" : "earlier", searched_));
}

bool LogView::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) {
    if (click->kind == Click::Kind::kWheelUp) return scroll(-3), true;
    if (click->kind == Click::Kind::kWheelDown) return scroll(3), true;
    return false;
  }
  const auto* key = std::get_if<Key>(&input);
  if (key == nullptr || key->alt) return false;
  switch (key->name) {
    case KeyName::kUp: return scroll(-1), true;
    case KeyName::kDown: return scroll(1), true;
    case KeyName::kLeft: return column_ = std::max(0L, column_ - kSideways), true;
    case KeyName::kRight: return column_ += kSideways, true;
    case KeyName::kPageUp: return scroll(-rows_), true;
    case KeyName::kPageDown: return scroll(rows_), true;
    case KeyName::kHome: return scroll(-static_cast<long>(count_)), true;
    case KeyName::kEnd: return at_end_ = true;
    case KeyName::kCharacter: break;
    default: return false;
  }
  switch (key->character) {
    case 'j': return scroll(1), true;
    case 'k': return scroll(-1), true;
    case 'g': return scroll(-static_cast<long>(count_)), true;
    case 'G': return at_end_ = true;
    case 'd': return key->control ? (scroll(rows_ / 2), true) : false;
    case 'u': return key->control ? (scroll(-rows_ / 2), true) : false;
    default: return false;
  }
}

std::vector<Act> LogView::acts() {
  return {{character('f'), "follow", "stay with what comes", true, [this] { at_end_ = true; }},
          {character('/'), "search", "lines that have this", true,
           [this] {
             desk().prompt(
                 "/", "", [this](const std::string& text) { searched_ = text; },
                 [this](const std::string& /*text*/) { find(-1); });
           }},
          {character('n'), "earlier", "the next line above that has it", false, [this] { find(-1); }},
          {character('N'), "later", "the next line below that has it", false, [this] { find(1); }},
          {character('&'), "filter", "show only lines that have this", true,
           [this] { desk().prompt("only", filter_, [this](const std::string& text) { filter_ = text; }, {}); }},
          {character('w'), "wrap", "break long lines, or cut them", true, [this] { wraps_ = !wraps_; }},
          {character('t'), "times", "each line with its time", true, [this] {
             timestamps_ = !timestamps_;
             follow();
           }}};
}

}  // namespace sennit::tui
