#include "cli/follow/block.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/printable.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kMostRows = 12;
constexpr std::size_t kPartOfScreen = 3;  // at most one row of so many
constexpr std::size_t kShortestBar = 10;
constexpr std::size_t kLongestBar = 40;
constexpr std::size_t kShortestName = 8;
constexpr std::size_t kShortestProgress = 10;  // of a task; less says nothing

// The characters of a locale.
struct Signs {
  std::string_view ellipsis;
  std::string_view full;
  std::string_view empty;
};
constexpr Signs kUtf8Signs{.ellipsis = "…", .full = "█", .empty = "░"};
constexpr Signs kAsciiSigns{.ellipsis = "...", .full = "#", .empty = "."};

struct Part {
  std::string text;
  Tint tint = Tint::kNone;
};

// A line from left to right, which ends where the terminal does.
class LineBuilder {
 public:
  LineBuilder(const BlockLook& look, const Signs& signs)
      : most_(look.columns > 1 ? look.columns - 1 : 1), style_(look.style), ellipsis_(signs.ellipsis) {}

  std::size_t left() const { return most_ - line_.width; }

  LineBuilder& put(std::string_view text, Tint tint = Tint::kNone) {
    const std::string cut = cut_to_width(printable(text), left(), ellipsis_);
    line_.width += display_width(cut);
    line_.text += style_(tint, cut);
    return *this;
  }
  // In so many columns, with its middle left out where it is longer: what is alike differs at its end.
  LineBuilder& put_padded(std::string_view text, std::size_t columns) {
    const std::string cut = cut_in_the_middle(printable(text), std::min(columns, left()), ellipsis_);
    const std::size_t spaces = columns - std::min(columns, display_width(cut));
    return put(cut).put(std::string(std::min(spaces, left()), ' '));
  }
  LineBuilder& put_right(std::string_view text, std::size_t columns) {
    const std::size_t width = display_width(text);
    return put(std::string(columns - std::min(columns, width), ' ')).put(text);
  }

  BlockLine take() { return std::move(line_); }

 private:
  std::size_t most_;
  const Style& style_;
  std::string_view ellipsis_;
  BlockLine line_;
};

// In whole seconds: what is looked at while it runs.
std::string running_time(Micros time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::max(time, Micros(0)));
  if (seconds < std::chrono::minutes(1)) return fmt::format("{} s", seconds.count());
  return duration_text(Micros(seconds));
}

std::string state_of(const Tally& tally) {
  const std::string& status = tally.status();
  std::string state = status.empty() ? "PENDING" : status;
  if (tally.is_cancelling()) return state + " (cancelling)";
  return tally.is_paused() ? state + " (paused)" : state;
}

BlockLine headline(const Tally& tally, Instant now, const BlockLook& look, const Signs& signs) {
  LineBuilder line(look, signs);
  const std::string state = state_of(tally);
  const std::string time = tally.submitted_at().is_set() ? running_time(now - tally.submitted_at()) : "";
  const std::size_t rest = display_width(state) + time.size() + 4;
  const std::size_t room = std::max(kShortestName, line.left() - std::min(line.left(), rest));
  line.put(cut_in_the_middle(printable(tally.workflow()), room, signs.ellipsis), Tint::kBold);
  line.put("  ").put(state, tint_of_status(tally.status()));
  if (!time.empty() && display_width(time) + 2 <= line.left()) line.put("  ").put(time, Tint::kFaint);
  return line.take();
}

// "12 done, 1 failed, 4 running, 23 waiting".
std::vector<Part> counts_of(const views::TaskCounts& counts) {
  std::vector<Part> parts;
  const auto add = [&parts](std::uint64_t count, std::string_view word, Tint tint) {
    if (count > 0) parts.push_back({fmt::format("{} {}", count, word), tint});
  };
  add(counts.completed, "done", Tint::kGood);
  add(counts.failed, "failed", Tint::kBad);
  add(counts.running, "running", Tint::kBusy);
  add(counts.waiting, "waiting", Tint::kNone);
  add(counts.canceled, "not run", Tint::kNone);
  return parts;
}

std::size_t width_of(const std::vector<Part>& parts) {
  std::size_t width = 0;
  for (const Part& part : parts) width += part.text.size() + (width == 0 ? 0 : 2);
  return width;
}

// As many of them as fit whole.
void put_parts(LineBuilder& line, const std::vector<Part>& parts) {
  std::string_view separator;
  for (const Part& part : parts) {
    if (separator.size() + part.text.size() > line.left()) return;
    line.put(separator).put(part.text, part.tint);
    separator = ", ";
  }
}

std::string times(std::string_view sign, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += sign;
  return text;
}

void put_bar(LineBuilder& line, const views::TaskCounts& counts, std::size_t columns, const Signs& signs) {
  const std::uint64_t total = std::max<std::uint64_t>(counts.total, 1);
  const auto up_to = [&](std::uint64_t count) {
    return static_cast<std::size_t>(std::min(count, total) * columns / total);
  };
  const std::size_t good = up_to(counts.completed);
  const std::size_t done = up_to(counts.completed + counts.failed + counts.canceled);
  line.put(times(signs.full, good), Tint::kGood).put(times(signs.full, done - good), Tint::kBad);
  line.put(times(signs.empty, columns - done), Tint::kFaint);
}

// The bar with the counts behind it, or below it where there is no room.
void add_progress(std::vector<BlockLine>& lines, const Tally& tally, const BlockLook& look, const Signs& signs) {
  const views::TaskCounts& counts = tally.counts();
  const std::string total = std::to_string(counts.total);
  const std::string ratio = fmt::format(" {:>{}}/{}", std::min(tally.done(), counts.total), total.size(), total);
  const std::vector<Part> parts = counts_of(counts);
  LineBuilder line(look, signs);
  const std::size_t beside = ratio.size() + 2 + width_of(parts);
  const bool fits = beside + kShortestBar <= line.left();
  const std::size_t room = line.left() - std::min(line.left(), fits ? beside : ratio.size());
  // Beside counts it has always the same length as far as possible: they become longer and shorter.
  const std::size_t usual = std::clamp(look.columns / 4, kShortestBar, kLongestBar);
  put_bar(line, counts, std::min(room, fits ? usual : kLongestBar), signs);
  line.put(ratio);
  if (fits) {
    line.put("  ");
    put_parts(line, parts);
  }
  lines.push_back(line.take());
  if (fits) return;
  LineBuilder below(look, signs);
  put_parts(below, parts);
  lines.push_back(below.take());
}

struct Columns {
  std::size_t name = 0;
  std::size_t time = 0;
  std::size_t gpus = 0;
  std::size_t progress = 0;
};

void add_tasks(std::vector<BlockLine>& lines, const std::vector<Tally::Running>& tasks, Instant now,
               const BlockLook& look, const Signs& signs) {
  Columns columns;
  const auto gpus_of = [](const Tally::Running& task) { return task.gpus.empty() ? "" : "GPU " + task.gpus; };
  for (const Tally::Running& task : tasks) {
    columns.name = std::max(columns.name, display_width(printable(task.task)));
    columns.time = std::max(columns.time, running_time(now - task.start).size());
    columns.gpus = std::max(columns.gpus, gpus_of(task).size());
    columns.progress = std::max(columns.progress, display_width(printable(task.progress)));
  }
  const std::size_t fixed = 2 + 2 + columns.time + (columns.gpus > 0 ? 2 + columns.gpus : 0) + 1;
  const std::size_t room = look.columns - std::min(look.columns, fixed);
  // What is said last has up to two thirds of the room.
  const std::size_t behind = columns.progress > 0 ? std::min(columns.progress + 2, room * 2 / 3) : 0;
  columns.name = std::min(columns.name, std::max(kShortestName, room - behind));
  for (const Tally::Running& task : tasks) {
    LineBuilder line(look, signs);
    line.put("  ").put_padded(task.task, columns.name);
    line.put("  ").put_right(running_time(now - task.start), columns.time);
    if (!task.gpus.empty()) line.put("  ").put(gpus_of(task), Tint::kFaint);
    if (!task.progress.empty() && line.left() > kShortestProgress) {
      const std::size_t gap = columns.gpus > 0 ? columns.gpus + (task.gpus.empty() ? 4 : 2) - gpus_of(task).size() : 2;
      line.put(std::string(gap, ' ')).put(task.progress);
    }
    lines.push_back(line.take());
  }
}

}  // namespace

std::vector<BlockLine> block_lines(const Tally& tally, Instant now, const BlockLook& look) {
  const Signs& signs = look.charset == drawing::Charset::kUtf8 ? kUtf8Signs : kAsciiSigns;
  std::vector<BlockLine> lines{headline(tally, now, look, signs)};
  add_progress(lines, tally, look, signs);
  const std::size_t most = std::min(kMostRows, look.rows / kPartOfScreen);
  if (lines.size() > most) lines.resize(std::max<std::size_t>(most, 1));
  const std::uint64_t running = tally.counts().running;
  // One row is for those that do not fit.
  std::size_t room = most - std::min(most, lines.size());
  if (running > room && room > 0) --room;
  const std::vector<Tally::Running> tasks = tally.longest_running(room);
  add_tasks(lines, tasks, now, look, signs);
  if (!tasks.empty() && running > tasks.size()) {
    LineBuilder more(look, signs);
    more.put(fmt::format("  {} and {} more", signs.ellipsis, running - tasks.size()), Tint::kFaint);
    lines.push_back(more.take());
  }
  return lines;
}

}  // namespace sennit::cli
