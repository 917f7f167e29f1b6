#include "api/hooks/facts.h"

#include <fmt/format.h>

#include "views/json_writer.h"

namespace sennit::api {
namespace {

std::string optional_number(const auto& number) { return number ? std::to_string(*number) : std::string(); }

// Workflows have none of their own where nothing of them is meant to change.
std::string status_of(const HookFacts& facts) {
  return facts.event.status.empty() ? std::string(to_string(facts.workflow.status)) : facts.event.status;
}

void write_workflow(views::JsonWriter& json, const HookFacts& facts) {
  const store::WorkflowRow& row = facts.workflow;
  json.key("workflow");
  json.begin_object();
  json.field("id", std::string_view(row.submission.id));
  json.field("name", std::string_view(row.name));
  json.field("uuid", std::string_view(row.submission.uuid));
  json.field("user", std::string_view(row.submission.user));
  json.field("pool", std::string_view(row.submission.pool));
  json.field("priority", to_string(row.submission.priority));
  json.field("status", to_string(row.status));
  json.field("submitted_at", row.submission.submitted_at);
  json.field("started_at", row.started_at);
  json.field("ended_at", row.ended_at);
  json.key("labels");
  json.begin_object();
  for (const auto& [name, value] : row.labels) json.field(name, std::string_view(value));
  json.end_object();
  json.key("tags");
  json.begin_array();
  for (const std::string& tag : row.tags) json.value(std::string_view(tag));
  json.end_array();
  json.field("directory", std::string_view(facts.directory));
  json.end_object();
}

std::string status_after(spec::HookOccasion on) {
  switch (on) {
    case spec::HookOccasion::kSubmit: return "PENDING";
    case spec::HookOccasion::kSuccess:
    case spec::HookOccasion::kEnd: return "COMPLETED";
    case spec::HookOccasion::kFailure: return "FAILED";
    case spec::HookOccasion::kCancel: return "FAILED_CANCELED";
    case spec::HookOccasion::kRetry:
    case spec::HookOccasion::kPreempt: return "RESCHEDULED";
    case spec::HookOccasion::kStart:
    case spec::HookOccasion::kPause:
    case spec::HookOccasion::kResume: return "RUNNING";
  }
  return "RUNNING";
}

}  // namespace

std::string_view event_word(spec::HookOccasion on) { return to_string(on).substr(3); }

std::string summary_of(const HookFacts& facts) {
  std::string text = facts.workflow.submission.id;
  if (!facts.event.task.empty()) {
    text += " task " + facts.event.task;
  } else if (!facts.event.group.empty()) {
    text += " group " + facts.event.group;
  }
  text += fmt::format(" {}", facts.event.status.empty() ? std::string(event_word(facts.on)) : facts.event.status);
  if (!facts.event.message.empty()) {
    text += ": " + facts.event.message;
  } else if (facts.event.exit_code && *facts.event.exit_code != 0) {
    text += fmt::format(": exit code {}", *facts.event.exit_code);
  }
  return text;
}

EnvironmentList variables_of(const HookFacts& facts) {
  const store::WorkflowRow& row = facts.workflow;
  return {{"SENNIT_EVENT", std::string(event_word(facts.on))},
          {"SENNIT_HOOK", facts.hook},
          {"SENNIT_WORKFLOW", row.submission.id},
          {"SENNIT_WORKFLOW_NAME", row.name},
          {"SENNIT_TASK", facts.event.task},
          {"SENNIT_GROUP", facts.event.group},
          {"SENNIT_RETRY_ID", optional_number(facts.event.retry_id)},
          {"SENNIT_STATUS", status_of(facts)},
          {"SENNIT_EXIT_CODE", optional_number(facts.event.exit_code)},
          {"SENNIT_REASON", facts.event.message},
          {"SENNIT_SUMMARY", summary_of(facts)},
          {"SENNIT_TIME", views::format_instant(facts.event.at)},
          {"SENNIT_USER", row.submission.user},
          {"SENNIT_POOL", row.submission.pool},
          {"SENNIT_RUN_DIR", facts.directory},
          {"SENNIT_DELIVERY", std::to_string(facts.delivery)},
          {"SENNIT_TRY", std::to_string(facts.tries)}};
}

std::string json_of(const HookFacts& facts) {
  std::string out;
  views::JsonWriter json(out);
  json.begin_object();
  json.field("event", event_word(facts.on));
  json.field("hook", std::string_view(facts.hook));
  json.field("delivery", facts.delivery);
  json.field("try", facts.tries);
  json.field("test", facts.is_test);
  json.field("at", facts.event.at);
  json.field("seq", facts.event.seq);
  json.field("text", std::string_view(summary_of(facts)));
  json.field("status", std::string_view(status_of(facts)));
  json.field("exit_code", facts.event.exit_code);
  json.field("reason", std::string_view(facts.event.message));
  json.key("task");
  if (facts.event.task.empty() && facts.event.group.empty()) {
    json.null();
  } else {
    json.begin_object();
    json.field("name", std::string_view(facts.event.task));
    json.field("group", std::string_view(facts.event.group));
    json.field("retry_id", facts.event.retry_id);
    json.end_object();
  }
  write_workflow(json, facts);
  json.end_object();
  return out;
}

HookFacts example_of(const spec::HookConfig& hook, Instant now) {
  HookFacts facts{.hook = hook.name, .on = hook.on, .is_test = true, .event = {}, .workflow = {}, .directory = {}};
  facts.event.kind = "test";
  facts.event.at = now;
  facts.event.workflow = "example-1";
  facts.event.status = status_after(hook.on);
  facts.event.message = "this is a test of the hook";
  if (hook.per == spec::HookScope::kTask) {
    facts.event.task = "example";
    facts.event.group = "example-group";
    facts.event.retry_id = 0;
  }
  if (facts.event.status == "FAILED") facts.event.exit_code = 1;
  facts.workflow.name = "example";
  facts.workflow.submission.id = "example-1";
  facts.workflow.submission.submitted_at = now;
  facts.workflow.status = hook.on == spec::HookOccasion::kFailure ? WorkflowStatus::kFailed : WorkflowStatus::kRunning;
  return facts;
}

}  // namespace sennit::api
