#include "cli/render/failures_text.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "cli/text/counted.h"

namespace sennit::cli {
namespace {

void append_task(std::string& out, const std::string& workflow, const views::TaskFailureView& task,
                 const Style& style) {
  const std::string attempt = task.retry_id == 0 ? "" : fmt::format(" (attempt {})", task.retry_id);
  const std::string code = task.exit_code ? fmt::format(", exit code {}", *task.exit_code) : "";
  out += fmt::format("{}{}: {}{}\n", style(Tint::kBold, printable(task.name)), attempt,
                     style(tint_of_status(task.status), printable(task.status)), code);
  if (!task.reason.empty()) out += fmt::format("  {}\n", printable(task.reason));
  for (const std::string& detail : task.details) out += fmt::format("  - {}\n", printable(detail));
  if (task.lines.empty()) {
    out += "  it has written nothing\n";
  } else {
    out += fmt::format("  {} of its log:\n", task.are_errors ? "errors" : "last lines");
    for (const std::string& line : task.lines) {
      out += fmt::format("    {} {}\n", style(Tint::kFaint, "|"), printable(line));
    }
    out += fmt::format("  all of it: sennit logs {} {}\n", printable(workflow), printable(task.name));
  }
  out += '\n';
}

}  // namespace

std::string failures_text(const views::FailureList& failures, const Style& style) {
  std::string out;
  for (const views::TaskFailureView& task : failures.tasks) append_task(out, failures.name, task, style);
  const std::string name = printable(failures.name);
  if (failures.failed == 0) {
    out += fmt::format("{}: {}; no task has failed by itself\n", name, printable(failures.status));
    if (!failures.reason.empty()) out += printable(failures.reason) + "\n";
  } else if (failures.failed > failures.tasks.size()) {
    const std::uint64_t rest = failures.failed - failures.tasks.size();
    out += fmt::format("{} more failed: sennit errors --limit {} {}\n", counted(rest, "task"), failures.failed, name);
  }
  if (failures.not_run > 0) {
    out += fmt::format("{} did not run to the end: others failed, or somebody canceled\n",
                       counted(failures.not_run, "task"));
  }
  return out;
}

}  // namespace sennit::cli
