#include "cli/follow/summary.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <vector>

#include "base/printable.h"
#include "base/time_text.h"
#include "cli/follow/lines.h"
#include "cli/render/cost_text.h"
#include "cli/text/counted.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kMostCauses = 8;
constexpr std::size_t kMostOfAMessage = 200;  // columns

std::string headline(const Tally& tally, const Style& style) {
  const std::string took = tally.submitted_at().is_set()
                               ? fmt::format(" after {}", duration_text(tally.last_at() - tally.submitted_at()))
                               : std::string();
  const std::string status = tally.status().empty() ? "ended" : tally.status();
  std::string line =
      fmt::format("Workflow {} {}{}", printable(tally.workflow()), style(tint_of_status(status), status), took);
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

std::string names_of(const Causes::Cause& cause) {
  std::string names;
  for (const std::string& task : cause.names) names.append(names.empty() ? "" : ", ").append(printable(task));
  if (cause.tasks > cause.names.size()) names += fmt::format(" and {} more", cause.tasks - cause.names.size());
  return names;
}

// "train, exit code 7: no data", or "12 tasks, exit code 7: no data" with the names below.
void append_cause(std::string& out, std::string_view fact, const Causes::Cause& cause) {
  const bool alone = cause.tasks == 1;
  std::string text = alone ? names_of(cause) : counted(cause.tasks, "task");
  if (cause.status != "FAILED") text += ", " + printable(cause.status);
  text += how_it_ended(cause.exit_code, cut_to_width(cause.message, kMostOfAMessage));
  append_fact(out, fact, text);
  if (!alone) append_fact(out, "", "  " + names_of(cause));
}

// What the events do not tell, the counts do: a connection was lost, or there are too many causes.
void append_failures(std::string& out, const Tally& tally) {
  const std::vector<const Causes::Cause*> causes = tally.causes().by_tasks();
  std::string_view fact = "Failed";
  std::uint64_t told = 0;
  for (std::size_t i = 0; i < causes.size() && i < kMostCauses; ++i) {
    append_cause(out, fact, *causes[i]);
    told += causes[i]->tasks;
    fact = "";
  }
  const std::uint64_t failed = tally.counts().failed;
  if (failed > told) {
    append_fact(out, fact, counted(failed - told, "task") + (told == 0 ? "" : " of other causes"));
  }
  if (failed > 0) append_fact(out, "Errors", fmt::format("sennit errors {}", printable(tally.workflow())));
}

}  // namespace

std::string summary(const Tally& tally, const std::string& outputs, const Style& style) {
  std::string out = headline(tally, style);
  append_fact(out, "Tasks", counts_of(tally.counts()));
  append_failures(out, tally);
  if (tally.counts().total > 1 && !tally.slowest().empty()) {
    std::string names;
    for (const Tally::Timed& timed : tally.slowest()) {
      names += fmt::format("{}{} {}", names.empty() ? "" : ", ", printable(timed.task), duration_text(timed.duration));
    }
    append_fact(out, "Slowest", names);
  }
  if (const std::string cost = tally.cost() ? cost_text(*tally.cost()) : ""; !cost.empty())
    append_fact(out, "Cost", cost);
  append_fact(out, "Logs", fmt::format("sennit logs {}", printable(tally.workflow())));
  if (!outputs.empty()) append_fact(out, "Outputs", printable(outputs));
  return out;
}

}  // namespace sennit::cli
