#include "cli/follow/lines.h"

#include <fmt/format.h>

#include <iterator>

#include "base/printable.h"
#include "base/time_text.h"
#include "cli/render/cost_text.h"

namespace sennit::cli {
namespace {

std::string subject_of(const views::EventView& event) {
  std::string subject = printable(event.task);
  if (event.retry_id && *event.retry_id > 0) subject += fmt::format(" (try {})", *event.retry_id + 1);
  return subject;
}

std::string how_it_ended(const views::EventView& event) {
  std::string text;
  if (event.exit_code && *event.exit_code != 0) text += fmt::format(", exit code {}", *event.exit_code);
  if (!event.message.empty()) text += ": " + printable(event.message);
  return text;
}

std::string ended_line(const views::EventView& event, const Tally& before, const Style& style) {
  std::string line =
      fmt::format("{} {}", subject_of(event), style(tint_of_status(event.status), printable(event.status)));
  if (const std::optional<Instant> start = before.started(event.task)) {
    line += fmt::format(" after {}", duration_text(event.at - *start));
  }
  return line + how_it_ended(event);
}

// Nothing else tells why a run stands still.
std::string pause_line(const views::EventView& event, const Style& style) {
  const bool paused = event.kind == "paused";
  const std::string subject = printable(event.task.empty() ? event.workflow : event.task);
  std::string line = fmt::format("{} {}", subject, style(Tint::kBusy, paused ? "is paused" : "goes on"));
  if (!event.message.empty()) line += ", " + printable(event.message);
  if (!paused) return line;
  const std::string task = event.task.empty() ? "" : " " + printable(event.task);
  return line + fmt::format("; to go on: sennit resume {}{}", printable(event.workflow), task);
}

std::string headline(const Ending& ending, const Tally& tally, const Style& style) {
  const std::string took = tally.submitted_at().is_set()
                               ? fmt::format(" after {}", duration_text(tally.last_at() - tally.submitted_at()))
                               : std::string();
  const std::string status = tally.status().empty() ? "ended" : tally.status();
  std::string line =
      fmt::format("Workflow {} {}{}", printable(ending.workflow), style(tint_of_status(status), status), took);
  if (!tally.message().empty()) line += ": " + printable(tally.message());
  return line + "\n";
}

void append_fact(std::string& out, std::string_view name, std::string_view text) {
  fmt::format_to(std::back_inserter(out), "  {:<9} {}\n", name, text);
}

std::string counts_of(const views::TaskCounts& counts) {
  std::string text = fmt::format("{} of {} completed", counts.completed, counts.total);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.canceled > 0) text += fmt::format(", {} not run or cancelled", counts.canceled);
  return text;
}

}  // namespace

std::optional<std::string> change_line(const views::EventView& event, const Tally& before, const Style& style) {
  std::string text;
  if (event.kind == "started" && !event.task.empty()) {
    text = subject_of(event) + " " + style(Tint::kBusy, "RUNNING");
  } else if (event.kind == "ended" && !event.task.empty()) {
    text = ended_line(event, before, style);
  } else if (event.kind == "rescheduled" && !event.task.empty()) {
    text = fmt::format("{} {}{}", subject_of(event), style(Tint::kBusy, "runs again"), how_it_ended(event));
  } else if (event.kind == "restarted" && !event.task.empty()) {
    text = fmt::format("{} {}{}", subject_of(event), style(Tint::kBusy, "starts again in place"), how_it_ended(event));
  } else if (event.kind == "paused" || event.kind == "resumed") {
    text = pause_line(event, style);
  } else {
    return std::nullopt;
  }
  return fmt::format("{} {}", style(Tint::kFaint, clock_time(event.at)), text);
}

std::string progress_line(const Tally& tally, std::size_t columns) {
  const views::TaskCounts& counts = tally.counts();
  std::string line = fmt::format("{}/{} done", counts.completed + counts.failed + counts.canceled, counts.total);
  if (counts.failed > 0) line += fmt::format(", {} failed", counts.failed);
  if (counts.running > 0) line += fmt::format(", {} running", counts.running);
  std::string_view separator = ": ";
  for (const auto& [task, start] : tally.running()) {
    line.append(separator).append(printable(task));
    separator = ", ";
    if (line.size() > columns) break;
  }
  return cut_to_width(line, columns);
}

std::string summary(const Ending& ending, const Tally& tally, const Style& style) {
  std::string out = headline(ending, tally, style);
  append_fact(out, "Tasks", counts_of(tally.counts()));
  if (!tally.failures().empty()) {
    std::string names;
    for (const std::string& task : tally.failures()) names.append(names.empty() ? "" : ", ").append(printable(task));
    if (tally.counts().failed > tally.failures().size()) {
      names += fmt::format(" and {} more", tally.counts().failed - tally.failures().size());
    }
    append_fact(out, "Failed", names);
  }
  if (tally.counts().total > 1 && !tally.slowest().empty()) {
    std::string names;
    for (const Tally::Timed& timed : tally.slowest()) {
      names += fmt::format("{}{} {}", names.empty() ? "" : ", ", printable(timed.task), duration_text(timed.duration));
    }
    append_fact(out, "Slowest", names);
  }
  if (const std::string cost = tally.cost() ? cost_text(*tally.cost()) : ""; !cost.empty())
    append_fact(out, "Cost", cost);
  append_fact(out, "Logs", fmt::format("sennit logs {}", printable(ending.workflow)));
  if (!ending.outputs.empty()) append_fact(out, "Outputs", printable(ending.outputs));
  return out;
}

}  // namespace sennit::cli
