#include "cli/follow/lines.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "base/time_text.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kMostNamed = 5;  // of what runs, in a line

// "20:06:43 digits-3 [12/40]": when, of what, and how far it is then.
std::string prefix(const Tally& tally, Instant at, std::uint64_t done, const Style& style) {
  const std::uint64_t total = tally.counts().total;
  const std::string all = std::to_string(total);
  const std::string text = fmt::format("{} {} [{:>{}}/{}]", clock_time(at), printable(tally.workflow()),
                                       std::min(done, total), all.size(), all);
  return style(Tint::kFaint, text);
}

std::string subject_of(const views::EventView& event) {
  std::string subject = printable(event.task);
  if (event.retry_id && *event.retry_id > 0) subject += fmt::format(" (try {})", *event.retry_id + 1);
  return subject;
}

std::string ended_text(const views::EventView& event, const Tally& before, const Style& style) {
  std::string line =
      fmt::format("{} {}", subject_of(event), style(tint_of_status(event.status), printable(event.status)));
  if (const std::optional<Instant> start = before.started(event.task)) {
    line += fmt::format(" after {}", duration_text(event.at - *start));
  }
  return line + how_it_ended(event.exit_code, event.message);
}

// Nothing else tells why a run stands still.
std::string pause_text(const views::EventView& event, const Style& style) {
  const bool paused = event.kind == "paused";
  const std::string task = event.task.empty() ? "" : printable(event.task) + " ";
  std::string line = fmt::format("{}{}", task, style(Tint::kBusy, paused ? "is paused" : "goes on"));
  if (!event.message.empty()) line += ", " + printable(event.message);
  if (!paused) return line;
  const std::string which = event.task.empty() ? "" : " " + printable(event.task);
  return line + fmt::format("; to go on: sennit resume {}{}", printable(event.workflow), which);
}

std::string change_text(const views::EventView& event, const Tally& before, const Style& style) {
  if (event.kind == "paused" || event.kind == "resumed") return pause_text(event, style);
  if (event.kind == "cancel_asked") {
    const std::string who = event.message.empty() ? "" : ", " + printable(event.message);
    return fmt::format("{}{}", style(Tint::kBusy, "is being cancelled"), who);
  }
  if (event.task.empty()) return {};
  if (event.kind == "started") return subject_of(event) + " " + style(Tint::kBusy, "RUNNING");
  if (event.kind == "ended") return ended_text(event, before, style);
  if (event.kind != "rescheduled" && event.kind != "restarted") return {};
  const std::string_view verb = event.kind == "rescheduled" ? "runs again" : "starts again in place";
  return fmt::format("{} {}{}", subject_of(event), style(Tint::kBusy, verb),
                     how_it_ended(event.exit_code, event.message));
}

}  // namespace

std::string how_it_ended(const std::optional<std::int32_t>& exit_code, std::string_view message) {
  std::string text;
  if (exit_code && *exit_code != 0) text += fmt::format(", exit code {}", *exit_code);
  if (!message.empty()) text += ": " + printable(message);
  return text;
}

std::optional<std::string> change_line(const views::EventView& event, const Tally& before, const Style& style) {
  const std::string text = change_text(event, before, style);
  if (text.empty()) return std::nullopt;
  const std::uint64_t done = before.done() + (event.kind == "ended" ? 1 : 0);
  return fmt::format("{} {}", prefix(before, event.at, done, style), text);
}

bool is_news(const views::EventView& event) {
  if (event.kind == "started") return false;
  if (event.kind == "ended") return is_own_failure(event.status);
  return event.task.empty() || (event.kind != "paused" && event.kind != "resumed");
}

std::string progress_line(const Tally& tally, Instant now, const Style& style) {
  const views::TaskCounts& counts = tally.counts();
  std::string line = prefix(tally, now, tally.done(), style);
  std::string_view separator = " ";
  if (tally.is_paused()) {
    line.append(separator).append("paused");
    separator = ", ";
  }
  if (counts.failed > 0) {
    line.append(separator).append(style(Tint::kBad, fmt::format("{} failed", counts.failed)));
    separator = ", ";
  }
  line.append(separator).append(fmt::format("{} running", counts.running));
  separator = ": ";
  const std::vector<Tally::Running> running = tally.longest_running(kMostNamed);
  for (const Tally::Running& task : running) {
    line += fmt::format("{}{} {}", separator, printable(task.task), duration_text(now - task.start));
    separator = ", ";
  }
  const bool more = !running.empty() && counts.running > running.size();
  return more ? line + fmt::format(" and {} more", counts.running - running.size()) : line;
}

}  // namespace sennit::cli
