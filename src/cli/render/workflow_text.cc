#include "cli/render/workflow_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/printable.h"
#include "base/time_text.h"
#include "cli/render/cost_text.h"
#include "cli/render/measures_text.h"
#include "cli/render/phases_text.h"
#include "cli/text/table.h"
#include "model/standing.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kRule = 68;
constexpr std::size_t kLongWorkflow = 200;  // tasks; more of them, and only those of interest are shown
constexpr std::size_t kMostShown = 50;
constexpr std::size_t kMostExplained = 20;  // tasks, in a verbose status

enum class Limits : std::uint8_t { kLeftOut, kShown };  // the column of what is left of them

std::string labels_text(const std::map<std::string, std::string>& labels) {
  std::string text;
  for (const auto& [key, value] : labels) text += fmt::format("{}{}={}", text.empty() ? "" : ", ", key, value);
  return text.empty() ? "-" : text;
}

std::string words_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

std::string text_of(const std::optional<double>& seconds) { return seconds ? duration_text(*seconds) : "-"; }

void append_fact(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) fmt::format_to(std::back_inserter(out), "{:<12}: {}\n", name, value);
}

// "2h", "2h (1h12m left)"; "" without a limit.
std::string with_rest(const std::optional<double>& limit, const std::optional<double>& left) {
  if (!limit) return "";
  return left ? fmt::format("{} ({} left)", limit_text(*limit), limit_text(std::floor(*left))) : limit_text(*limit);
}

// "by ada since Nov 27, 2026 13:37: nightly backup"
template <class View>
std::string pause_of(const View& view) {
  if (!view.paused_at.is_set()) return "";
  std::string text = view.paused_by.empty() ? "" : fmt::format("by {} ", view.paused_by);
  text += "since " + date_time(view.paused_at);
  if (!view.pause_message.empty()) text += ": " + view.pause_message;
  return text;
}

std::string status_of(std::string_view status, Instant paused_at) {
  return fmt::format("{}{}", status, paused_at.is_set() ? " (paused)" : "");
}

std::string facts(const views::WorkflowView& workflow, const Style& style) {
  std::string out(kRule, '-');
  out += "\n\n";
  append_fact(out, "Workflow ID", printable(workflow.name));
  append_fact(out, "Status", style(tint_of_status(workflow.status), workflow.status));
  append_fact(out, "Paused", printable(pause_of(workflow)));
  append_fact(out, "User", printable(workflow.submitted_by));
  append_fact(out, "Submit Time", date_time(workflow.submit_time));
  if (workflow.duration) append_fact(out, "Duration", text_of(workflow.duration));
  append_fact(out, "Time limit", with_rest(workflow.timeout, workflow.time_left));
  // A jobs file has these for each job; -v shows them.
  if (workflow.format != "jobs") append_fact(out, "Exec limit", with_rest(workflow.exec_timeout, std::nullopt));
  append_fact(out, "Queue limit", with_rest(workflow.queue_timeout, std::nullopt));
  append_fact(out, "Labels", printable(labels_text(workflow.labels)));
  append_fact(out, "Tags", printable(words_text(workflow.tags)));
  append_fact(out, "Tasks", counts_text(workflow.counts));
  append_fact(out, "Parent", printable(workflow.parent_name));
  if (workflow.expected_end_time.is_set()) append_fact(out, "Expected End", date_time(workflow.expected_end_time));
  if (workflow.cost) {
    append_fact(out, "Cost", cost_text(*workflow.cost));
    if (workflow.cost->estimated) append_fact(out, "Estimate", estimate_text(*workflow.cost));
  }
  if (workflow.size) append_fact(out, "Size", readable(Bytes(*workflow.size)));
  if (workflow.pinned) append_fact(out, "Pinned", "yes");
  append_fact(out, "Cancelled by", printable(workflow.cancelled_by));
  append_fact(out, "Reason", printable(workflow.failure_message));
  append_fact(out, "Outputs", printable(workflow.outputs));
  return out + "\n";
}

bool is_of_interest(const views::TaskView& task) {
  return task.status == "RUNNING" || task.status == "INITIALIZING" || standing_of(task.status) == Standing::kFailed;
}

std::string reason_of(const views::TaskView& task) { return task.reason.empty() ? task.failure_message : task.reason; }

std::string duration_of(const views::TaskView& task) {
  if (!task.start_time.is_set() || !task.end_time.is_set()) return "-";
  return duration_text(task.end_time - task.start_time);
}

// What the table has no room for, of the tasks that have more to say than their headline.
std::string reasons(const views::WorkflowView& workflow, const Style& style) {
  std::string out;
  if (workflow.why) out += why_text(*workflow.why, style) + "\n";
  std::size_t shown = 0;
  for (const views::GroupView& group : workflow.groups) {
    for (const views::TaskView& task : group.tasks) {
      const bool plain = !task.why || task.why->cause == "completed" || task.why->cause == "upstream_failed";
      if (plain || ++shown > kMostExplained) continue;
      out += why_text(*task.why, style) + "\n";
    }
  }
  if (shown > kMostExplained) {
    out += fmt::format("{} more: sennit why {} TASK\n\n", shown - kMostExplained, printable(workflow.name));
  }
  return out;
}

bool has_limits(const views::WorkflowView& workflow) {
  return std::ranges::any_of(workflow.groups,
                             [](const views::GroupView& group) { return group.exec_timeout || group.queue_timeout; });
}

// What is left of the limit that the task comes to next.
std::string time_left(const views::GroupView& group, const views::TaskView& task) {
  const bool queued = task.status == "SCHEDULING";
  const std::optional<double>& limit = queued ? group.queue_timeout : group.exec_timeout;
  if (!limit) return "-";
  if ((!queued && task.status != "RUNNING") || !group.time_left) return "of " + limit_text(*limit);
  return fmt::format("{} of {}{}", limit_text(std::floor(*group.time_left)), limit_text(*limit),
                     queued ? " to wait" : "");
}

// "0,1"; "0 (0.5)", "0 (20 GiB)" of one that is shared.
std::string gpus_of(const views::TaskView& task) {
  if (task.gpus.empty()) return "-";
  std::string part;
  if (task.gpu_share) part = fmt::format("{:g}", *task.gpu_share);
  if (task.gpu_memory)
    part += fmt::format("{}{:g} GiB", part.empty() ? "" : ", ", static_cast<double>(*task.gpu_memory) / (1 << 30));
  return part.empty() ? task.gpus : fmt::format("{} ({})", task.gpus, part);
}

std::vector<Cell> row_of(const views::GroupView& group, const views::TaskView& task, Detail detail, Limits limits) {
  std::vector<Cell> row{{task.name}};
  if (detail != Detail::kNormal) row.push_back({std::to_string(task.retry_id)});
  row.push_back({date_time(task.start_time)});
  row.push_back({duration_of(task)});
  if (limits == Limits::kShown) row.push_back({time_left(group, task)});
  row.push_back({status_of(task.status, task.paused_at), tint_of_status(task.status)});
  if (detail != Detail::kNormal) {
    row.push_back({memory_of(task.usage)});
    row.push_back({cpu_of(task.usage)});
  }
  if (detail == Detail::kWide) {
    row.push_back({task.exit_code ? std::to_string(*task.exit_code) : "-"});
    row.push_back({gpus_of(task)});
    row.push_back({task.node_name.empty() ? "-" : task.node_name});
    row.push_back({task.pid ? std::to_string(*task.pid) : "-"});
  }
  row.push_back({reason_of(task)});
  return row;
}

Table table_for(Detail detail, Limits limits) {
  std::vector<std::string_view> header{"Task Name"};
  if (detail != Detail::kNormal) header.push_back("Retry ID");
  header.insert(header.end(), {"Start Time", "Duration"});
  if (limits == Limits::kShown) header.push_back("Time Left");
  header.push_back("Status");
  if (detail != Detail::kNormal) header.insert(header.end(), {"Memory", "CPU Time"});
  if (detail == Detail::kWide) header.insert(header.end(), {"Exit", "GPUs", "Node", "PID"});
  header.push_back("Reason");
  return Table(std::move(header));
}

std::size_t count_tasks(const views::WorkflowView& workflow) {
  std::size_t count = 0;
  for (const views::GroupView& group : workflow.groups) count += group.tasks.size();
  return count;
}

}  // namespace

std::string status_text(const views::WorkflowView& workflow, Detail detail, const Style& style) {
  const std::size_t total = count_tasks(workflow);
  const bool all = detail != Detail::kNormal || total <= kLongWorkflow;
  const Limits limits = detail != Detail::kNormal && has_limits(workflow) ? Limits::kShown : Limits::kLeftOut;
  Table table = table_for(detail, limits);
  std::size_t shown = 0;
  for (const views::GroupView& group : workflow.groups) {
    for (const views::TaskView& task : group.tasks) {
      if (!all && (shown >= kMostShown || !is_of_interest(task))) continue;
      table.add(row_of(group, task, detail, limits));
      ++shown;
    }
  }
  std::string out = facts(workflow, style);
  if (shown > 0) out += table.render(style);
  if (detail == Detail::kVerbose) {
    if (const std::string phases = phases_text(workflow, style); !phases.empty()) out += "\n" + phases;
    if (const std::string text = reasons(workflow, style); !text.empty()) out += "\n" + text;
    while (out.ends_with("\n\n")) out.pop_back();
  }
  if (shown < total) out += fmt::format("{} more tasks; -v shows all\n", total - shown);
  return out;
}

std::string list_text(const views::WorkflowList& list, Detail detail, const Style& style) {
  if (list.workflows.empty()) return "There are no workflows to view.\n";
  std::vector<std::string_view> header{"User",   "Workflow ID", "Submit Time", "Duration",
                                       "Status", "Priority",    "Labels"};
  if (detail == Detail::kWide) header.insert(header.end(), {"Tags", "Pool", "Queued", "Parent", "UUID"});
  Table table(std::move(header));
  for (auto at = list.workflows.rbegin(); at != list.workflows.rend(); ++at) {
    std::vector<Cell> row{{at->user},
                          {at->name},
                          {date_time(at->submit_time)},
                          {text_of(at->duration)},
                          {status_of(at->status, at->paused_at), tint_of_status(at->status)},
                          {at->priority},
                          {labels_text(at->labels)}};
    if (detail == Detail::kWide) {
      const std::string parent = at->parent_name.empty() ? "-" : at->parent_name;
      row.insert(row.end(),
                 {{words_text(at->tags)}, {at->pool}, {text_of(at->queued_time)}, {parent}, {at->workflow_uuid}});
    }
    table.add(std::move(row));
  }
  return table.render(style);
}

std::string why_text(const views::WhyView& why, const Style& style) {
  std::string out = fmt::format("{}: {}\n", style(Tint::kBold, printable(why.subject)),
                                style(tint_of_status(why.status), printable(why.status)));
  if (!why.headline.empty()) out += printable(why.headline) + "\n";
  for (const std::string& detail : why.details) out += fmt::format("  - {}\n", printable(detail));
  if (!why.log_lines.empty()) {
    const std::string attempt = why.log_retry_id.value_or(0) > 0 ? fmt::format(", try {}", *why.log_retry_id + 1) : "";
    out += fmt::format("  last lines of the log of {}{}:\n", printable(why.log_task), attempt);
    for (const std::string& line : why.log_lines) {
      out += fmt::format("    {} {}\n", style(Tint::kFaint, "|"), printable(line));
    }
  }
  if (!why.hint.empty()) out += fmt::format("Next: {}\n", printable(why.hint));
  return out;
}

std::string server_text(const views::ServerView& server) {
  std::string out;
  append_fact(out, "Status", printable(server.status.empty() ? "running" : server.status));
  append_fact(out, "PID", std::to_string(server.pid));
  append_fact(out, "Version", printable(server.version));
  append_fact(out, "Socket", printable(server.socket));
  append_fact(out, "State", printable(server.state_dir));
  append_fact(out, "Started", date_time(server.started_at));
  append_fact(out, "Workflows", fmt::format("{} not finished", server.live_workflows));
  append_fact(out, "Tasks", fmt::format("{} running", server.running_tasks));
  append_fact(out, "Agent", server.agent_connected ? "connected" : "not connected");
  if (server.hooks > 0) {
    append_fact(out, "Hooks",
                server.hooks_waiting == 0 ? std::to_string(server.hooks)
                                          : fmt::format("{}, {} deliveries wait", server.hooks, server.hooks_waiting));
    append_fact(out, "Hook failed", printable(server.hook_problem));
  }
  if (!server.host.empty()) {
    append_fact(out, "Host",
                fmt::format("{}, {} CPUs, GPUs: {}", printable(server.host), server.cpus,
                            server.gpus.empty() ? "none" : printable(server.gpus)));
    if (!server.gpu_models.empty()) append_fact(out, "GPUs", printable(server.gpu_models));
    if (!server.gpu_problem.empty()) append_fact(out, "No more GPUs", printable(server.gpu_problem));
  }
  return out;
}

}  // namespace sennit::cli
