#include "tui/run/job_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/time_text.h"
#include "tui/parts/boxes.h"

namespace sennit::tui {
namespace {

constexpr int kBarColumns = 20;

std::string number(double value) { return fmt::format("{:.6g}", value); }

std::optional<double> part_of(const Job& job) {
  if (!job.progress || !job.progress->percent) return std::nullopt;
  return *job.progress->percent / 100;
}

std::string steps_of(const Job& job) {
  if (!job.progress) return "";
  const views::ProgressView& progress = *job.progress;
  if (progress.step && progress.total)
    return fmt::format("{}/{} steps", number(*progress.step), number(*progress.total));
  if (progress.step) return fmt::format("step {}", number(*progress.step));
  if (progress.epoch && progress.epochs)
    return fmt::format("epoch {}/{}", number(*progress.epoch), number(*progress.epochs));
  return "";
}

std::string time_of(const Job& job, Instant now) {
  if (!job.start_time.is_set()) return "";
  return duration_text((job.end_time.is_set() ? job.end_time : now) - job.start_time);
}

std::string status_of(const Job& job) {
  std::string status = job.status;
  if (job.retry_id > 0) status += fmt::format(" #{}", job.retry_id + 1);
  if (job.paused) status += " (paused)";
  return status;
}

}  // namespace

std::string facts_of(const Job& job, Instant now) {
  std::vector<std::string> facts;
  if (job.progress) {
    const views::ProgressView& progress = *job.progress;
    if (progress.loss) facts.push_back("Loss: " + number(*progress.loss));
    if (progress.learning_rate) facts.push_back("LR: " + number(*progress.learning_rate));
    if (progress.accuracy) facts.push_back("Accuracy: " + number(*progress.accuracy));
  }
  const std::string time = time_of(job, now);
  if (!time.empty()) facts.push_back((job.end_time.is_set() ? "Duration: " : "Time: ") + time);
  if (job.load) facts.push_back(fmt::format("CPU: {:.1f}", job.load->cpus));
  if (job.exit_code && *job.exit_code != 0) facts.push_back(fmt::format("Exit code: {}", *job.exit_code));
  return fmt::format("{}", fmt::join(facts, " | "));
}

void draw_card(const Pane& pane, const Theme& theme, const Job& job, const CardState& state) {
  const Look& look = theme.of(job.standing());
  std::string title = (state.marked ? "* Job: " : "Job: ") + job.name;
  if (!job.gpus.empty()) title += " [GPU:" + job.gpus + "]";
  const Pane inside =
      box(pane, theme, state.selected ? look.with(Attribute::kBold) : look, title, status_of(job), &look);
  int x = 1;
  if (const auto part = part_of(job)) {
    x = inside.put(x, 0, fmt::format("{:3.0f}% ", *part * 100), theme.strong);
    const int columns = std::clamp(inside.width() - x - 18, 4, 2 * kBarColumns);
    progress_bar(inside, theme, x, 0, columns, *part, look);
    inside.put_cut(x + columns + 1, 0, steps_of(job), inside.width() - x - columns - 2, theme.plain);
  } else {
    const std::string steps = steps_of(job);
    const std::string& words = !job.flags.empty() ? job.flags.front() : !steps.empty() ? steps : job.reason;
    inside.put_cut(x, 0, words, inside.width() - 2, job.flags.empty() ? theme.plain : theme.warning);
  }
  inside.put_cut(1, 1, facts_of(job, state.now), inside.width() - 2, theme.faint);
}

void draw_job_line(const Pane& pane, const Theme& theme, const Job& job, const CardState& state) {
  const Standing standing = job.standing();
  if (state.marked) pane.put(0, 0, theme.ascii ? ">" : "▌", theme.warning);
  pane.put(1, 0, sign_of(standing, theme.ascii), theme.of(standing));
  const int names = std::clamp(pane.width() / 3, 8, 40);
  pane.put_cut(3, 0, job.name, names, theme.plain);
  int x = 4 + names;
  const std::string status = status_of(job);
  x = std::max(pane.put_cut(x, 0, status, std::max(pane.width() - x - 10, 0), theme.of(standing)) + 1, x + 11);
  if (const auto part = part_of(job); part && pane.width() - x > 28) {
    x = pane.put(x, 0, fmt::format("{:3.0f}% ", *part * 100), theme.plain);
    progress_bar(pane, theme, x, 0, kBarColumns / 2, *part, theme.of(standing));
    x += kBarColumns / 2 + 1;
  }
  const std::string time = time_of(job, state.now);
  const int room = pane.width() - x - (time.empty() ? 1 : 12);
  if (room > 8 && !is_over(standing)) pane.put_cut(x, 0, job.reason, room, theme.faint);
  pane.part({0, 0, pane.width() - 1, 1}).put_right(0, time, theme.faint);
}

}  // namespace sennit::tui
