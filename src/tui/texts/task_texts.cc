#include "tui/texts/task_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/bytes.h"
#include "base/time_text.h"
#include "client/status.h"
#include "tui/texts/text_view.h"
#include "views/json.h"

namespace sennit::tui {
namespace {

class Lines {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) fmt::format_to(std::back_inserter(text_), "{:<16} {}\n", name, value);
  }
  void add(std::string_view name, Instant at) {
    if (at.is_set()) add(name, date_time(at));
  }
  void line(std::string_view text) { fmt::format_to(std::back_inserter(text_), "{}\n", text); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_progress(Lines& lines, const views::TaskView& task) {
  if (task.progress) lines.add("Progress", task.progress->text);
  if (task.load) {
    lines.add("CPUs", fmt::format("{:.1f} busy, {:.1f} s in all", task.load->cpus, task.load->cpu_seconds));
    lines.add("Memory", readable(Bytes(task.load->memory)));
    for (const views::GpuUseView& gpu : task.load->gpus) {
      lines.add("GPU " + std::to_string(gpu.device),
                fmt::format("{:.0f}% busy, {} used", gpu.busy * 100, readable(Bytes(gpu.memory))));
    }
  }
  for (const std::string& flag : task.flags) lines.add("Note", flag);
}

std::string describe(const views::WorkflowView& workflow, const views::GroupView& group, const views::TaskView& task) {
  Lines lines;
  lines.add("Task", task.name);
  if (group.name != task.name) lines.add("Group", group.name);
  lines.add("Workflow", workflow.name);
  lines.add("Status", task.status);
  lines.add("Reason", task.reason);
  if (task.retry_id > 0) lines.add("Attempt", std::to_string(task.retry_id + 1));
  if (task.exit_code) lines.add("Exit code", std::to_string(*task.exit_code));
  lines.add("Message", task.failure_message);
  lines.add("Waits for", fmt::format("{}", fmt::join(group.remaining_upstream_groups, ", ")));
  lines.add("Needed by", fmt::format("{}", fmt::join(group.downstream_groups, ", ")));
  lines.line("");
  add_progress(lines, task);
  lines.add("GPUs", task.gpus);
  lines.add("Node", task.node_name);
  if (task.pid) lines.add("Process", std::to_string(*task.pid));
  if (task.usage) {
    lines.add("Used", fmt::format("{:.1f} s of CPU, {} of memory", task.usage->cpu_seconds,
                                  readable(Bytes(task.usage->max_memory))));
  }
  lines.line("");
  lines.add("Queued", task.processing_start_time);
  lines.add("Scheduled", task.scheduling_start_time);
  lines.add("Download", task.input_download_start_time);
  lines.add("Started", task.start_time);
  lines.add("Upload", task.output_upload_start_time);
  lines.add("Ended", task.end_time);
  if (task.start_time.is_set() && task.end_time.is_set())
    lines.add("Ran", duration_text(task.end_time - task.start_time));
  lines.add("Expected end", task.expected_end_time);
  lines.line("");
  lines.add("Log", task.log);
  lines.add("Output", task.output_dir);
  lines.add("UUID", task.task_uuid);
  return lines.take();
}

Result<std::string> description(client::Api& api, const std::string& name, const std::string& task_name) {
  std::string text;
  const Result<void> read = client::read_status(api, name, [&](const client::StatusPiece& piece) {
    for (const views::GroupView& group : piece.view.groups) {
      const auto task = std::ranges::find(group.tasks, task_name, &views::TaskView::name);
      if (task == group.tasks.end()) continue;
      text = describe(piece.view, group, *task);
      return http::Flow::kStop;
    }
    return http::Flow::kContinue;
  });
  if (!read) return read.error();
  if (text.empty()) return Error(ErrorCode::kNotFound, fmt::format("{} has no task '{}'", name, task_name));
  return text;
}

Result<std::string> why(client::Api& api, const std::string& workflow, const std::string& task) {
  SENNIT_ASSIGN(const std::string json, api.why_json(workflow, task));
  SENNIT_ASSIGN(const views::WhyView why, views::parse_why(json));
  Lines lines;
  lines.line(fmt::format("{} is {}", why.subject, why.status));
  lines.line("");
  lines.line(why.headline);
  for (const std::string& detail : why.details) lines.line("  " + detail);
  if (!why.log_lines.empty()) lines.line(fmt::format("\nThe log of {}:", why.log_task));
  for (const std::string& line : why.log_lines) lines.line("  " + line);
  if (!why.hint.empty()) lines.line("\nNext: " + why.hint);
  return lines.take();
}

Result<std::string> events(client::Api& api, const std::string& workflow, const std::string& task) {
  client::EventQuery query;
  query.task = task;
  SENNIT_ASSIGN(const std::string json, api.events_json(workflow, query));
  SENNIT_ASSIGN(const views::EventList list, views::parse_event_list(json));
  Lines lines;
  for (const views::EventView& event : list.events) {
    lines.line(fmt::format("{}  {:<16} {} {} {}", clock_time_ms(event.at), event.kind,
                           event.task.empty() ? event.group : event.task, event.status, event.message));
  }
  return lines.take();
}

Result<std::string> errors(client::Api& api, const std::string& workflow) {
  SENNIT_ASSIGN(const std::string json, api.errors_json(workflow, std::nullopt, std::nullopt));
  SENNIT_ASSIGN(const views::FailureList list, views::parse_failures(json));
  Lines lines;
  lines.line(list.reason);
  if (list.tasks.empty()) lines.line("No task has failed.");
  for (const views::TaskFailureView& task : list.tasks) {
    lines.line(fmt::format("\n{} is {}: {}", task.name, task.status, task.reason));
    for (const std::string& line : task.lines) lines.line("  " + line);
    if (!task.hint.empty()) lines.line("  Next: " + task.hint);
  }
  return lines.take();
}

}  // namespace

std::unique_ptr<View> task_text(Desk& desk, TaskText what, const std::string& workflow, const std::string& task) {
  switch (what) {
    case TaskText::kDescription:
      return std::make_unique<TextView>(desk, task, [=](client::Api& api) { return description(api, workflow, task); });
    case TaskText::kWhy:
      return std::make_unique<TextView>(desk, "why " + task,
                                        [=](client::Api& api) { return why(api, workflow, task); });
    case TaskText::kSpec:
      return std::make_unique<TextView>(
          desk, "yaml", [=](client::Api& api) { return api.spec(workflow, client::SpecKind::kRendered); });
    case TaskText::kEvents:
      return std::make_unique<TextView>(desk, "events", [=](client::Api& api) { return events(api, workflow, ""); });
    case TaskText::kErrors:
      return std::make_unique<TextView>(desk, "errors", [=](client::Api& api) { return errors(api, workflow); });
  }
  return nullptr;
}

}  // namespace sennit::tui
