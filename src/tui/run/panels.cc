#include "tui/run/panels.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/bytes.h"
#include "base/time_text.h"
#include "tui/parts/boxes.h"
#include "tui/parts/escapes.h"

namespace sennit::tui {
namespace {

std::uint64_t over(const views::TaskCounts& counts) { return counts.completed + counts.failed + counts.canceled; }

}  // namespace

void draw_run_status(const Pane& line, const Theme& theme, const RunHead& head, Instant now) {
  const Standing standing = standing_of(head.status);
  int x = line.put(1, 0, "Status: ", theme.plain);
  x = line.put(x, 0, head.status, theme.of(standing).with(Attribute::kBold));
  if (head.paused) x = line.put(x, 0, " (paused)", theme.warning);
  x = line.put(x, 0, fmt::format(" ({}/{} completed)", head.counts.completed, head.counts.total), theme.plain);
  std::string times;
  if (head.start_time.is_set()) {
    times = duration_text((head.end_time.is_set() ? head.end_time : now) - head.start_time);
    if (!head.end_time.is_set() && head.expected_end_time.is_set() && head.expected_end_time > now) {
      times += ", about " + duration_text(head.expected_end_time - now) + " left";
    }
  }
  if (!times.empty()) x = line.put(x, 0, "  " + times, theme.faint);
  if (!head.reason.empty()) line.put_cut(x, 0, "  " + head.reason, line.width() - x - 1, theme.faint);
}

void draw_counts(const Pane& line, const Theme& theme, const views::TaskCounts& counts) {
  struct Part {
    const char* name;
    std::uint64_t count;
    const Look* look;
  };
  const Part parts[] = {{"Total", counts.total, &theme.plain},
                        {"Waiting", counts.waiting, &theme.of(Standing::kWaiting)},
                        {"Running", counts.running, &theme.of(Standing::kRunning)},
                        {"Completed", counts.completed, &theme.of(Standing::kCompleted)},
                        {"Failed", counts.failed, &theme.of(Standing::kFailed)},
                        {"Canceled", counts.canceled, &theme.of(Standing::kCanceled)}};
  int x = 1;
  for (const Part& part : parts) {
    if (x > 1) x = line.put(x, 0, " | ", theme.faint);
    x = line.put(x, 0, fmt::format("{}: {}", part.name, part.count), part.count > 0 ? *part.look : theme.faint);
  }
}

void draw_numbers(const Pane& pane, const Theme& theme, const JobList& jobs) {
  const Pane inside = box(pane, theme, theme.border, "Metrics");
  if (inside.height() <= 0) return;
  const views::TaskCounts& counts = jobs.head().counts;
  const RunTotals totals = jobs.totals();
  // What runs counts as far as it is.
  const double whole = counts.total == 0 ? 0
                                         : (static_cast<double>(over(counts)) + totals.percent / 100) /
                                               static_cast<double>(counts.total);
  int y = 0;
  const int label = 11;
  inside.put(1, y, "Progress", theme.faint);
  const int columns = std::max(inside.width() - label - 7, 0);
  progress_bar(inside, theme, label, y, columns, whole, theme.of(Standing::kRunning));
  inside.put_right(y++, fmt::format("{:3.0f}% ", whole * 100), theme.strong);
  const auto line = [&](const char* name, const std::string& text) {
    inside.put(1, y, name, theme.faint);
    inside.put_cut(label, y++, text, inside.width() - label - 1, theme.plain);
  };
  line("Tasks", fmt::format("{} over, {} running, {} waiting", over(counts), counts.running, counts.waiting));
  if (totals.with_percent > 0) line("Running", fmt::format("{:.0f}% on average", totals.percent / totals.with_percent));
  if (totals.with_loss > 0) line("Loss", fmt::format("{:.4g} on average", totals.loss / totals.with_loss));
  if (totals.cpus > 0 || totals.memory > 0)
    line("Uses", fmt::format("{:.1f} CPUs, {}", totals.cpus, readable(Bytes(totals.memory))));
  if (!jobs.head().outputs.empty()) line("Outputs", jobs.head().outputs);
}

void draw_log_end(const Pane& pane, const Theme& theme, LogTail* tail, const std::string& title) {
  const Pane inside = box(pane, theme, theme.border, title);
  if (tail == nullptr || inside.height() <= 0) return;
  tail->read([&](const LastLines& lines, const std::string& trouble) {
    const std::deque<std::string>& all = lines.lines();
    const auto rows = static_cast<std::size_t>(inside.height());
    const std::size_t first = all.size() - std::min(rows, all.size());
    for (std::size_t i = first; i < all.size(); ++i) {
      inside.put(0, static_cast<int>(i - first), without_escapes(all[i]), theme.plain);
    }
    if (all.empty()) inside.put_cut(0, 0, trouble.empty() ? "nothing yet" : trouble, inside.width(), theme.faint);
  });
}

}  // namespace sennit::tui
