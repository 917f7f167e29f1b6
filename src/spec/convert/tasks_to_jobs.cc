#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "model/workflow_builder.h"
#include "spec/convert/formats.h"
#include "spec/convert/verb_command.h"
#include "spec/jobs/job_command.h"

namespace sennit::spec {
namespace {

constexpr auto kHeaderWords = std::to_array<NoWords>({
    {"labels", "a jobs file has no labels; --label sets them when submitting"},
    {"groups", "jobs have no groups, and so no names for them"},
});
constexpr auto kTaskWords = std::to_array<NoWords>({
    {"outputs", "a job sends nothing away by itself"},
    {"files", "a job brings no files; its config and what it names must lie where it runs"},
    {"credentials", "a jobs file has no credentials; 'env' with ${NAME} passes on the submitter's variables"},
    {"checkpoint", "a job sends nothing away by itself"},
    {"kpis", "a job has no KPIs"},
    {"tty", "a job writes into pipes"},
    {"privileged", "a job is a process of the host"},
    {"hostNetwork", "a job is a process of the host"},
    {"volumeMounts", "a job is a process of the host"},
    {"downloadType", "a job has no downloads"},
    {"cacheSize", "a job has no downloads"},
});
constexpr auto kResourceWords = std::to_array<NoWords>({
    {"storage", "a job runs on the host where it is submitted"},
    {"platform", "a job runs on the host where it is submitted"},
    {"nodesExcluded", "a job runs on the host where it is submitted"},
    {"topology", "a job runs on the host where it is submitted"},
});
constexpr auto kTokens =
    std::to_array<std::string_view>({"{{output}}", "{{input}}", "{{workflow_id}}", "{{input:", "{{host:"});

// The first token in a text, which only a task gets filled in.
std::string_view token_in(std::string_view text) {
  for (const std::string_view token : kTokens) {
    const std::size_t at = text.find(token);
    if (at != std::string_view::npos) return text.substr(at, text.find("}}", at) - at + 2);
  }
  return {};
}

class TasksToJobs {
 public:
  TasksToJobs(const Workflow& tasks, const SourceNotes& notes, const ConvertOptions& options, Losses& losses)
      : tasks_(tasks), notes_(notes), losses_(losses) {
    if (options.config != nullptr) programs_ = options.config->verbs;
  }

  std::optional<Draft> convert() {
    convert_header();
    for (std::uint32_t g = 0; g < tasks_.groups.size(); ++g) convert_group(GroupIndex(g));
    if (!losses_.is_possible()) return std::nullopt;
    for (std::uint32_t g = 0; g < tasks_.groups.size(); ++g) {
      for (const GroupIndex needed : tasks_.upstream.of(GroupIndex(g))) builder_.add_edge(GroupIndex(g), needed);
    }
    Result<Workflow> workflow = std::move(builder_).finish();
    if (!workflow) {
      losses_.impossible(NotedPlace{}, workflow.error().message());
      return std::nullopt;
    }
    draft_.workflow = std::move(workflow).value();
    return std::move(draft_);
  }

 private:
  const TaskNote& note(TaskIndex task) const { return notes_.tasks[task.value()]; }

  void convert_header() {
    builder_.header().dialect = Dialect::kJobs;
    builder_.header().name = tasks_.name;
    // Only the command line can have said these.
    builder_.header().gpus = tasks_.gpus;
    builder_.header().max_parallel = tasks_.max_parallel;
    losses_.lost_if_there(notes_.header, kHeaderWords, "the workflow");
    if (notes_.queue_timeout && notes_.queue_timeout->count() > 0) {
      losses_.lost(notes_.header, "timeout", {},
                   "'queue_timeout' is not carried over: a job waits for what it needs as long as it takes");
    }
    losses_.lost(note(TaskIndex(0)).fields, "image", note(TaskIndex(0)).at,
                 "images are not carried over: jobs run as processes of the host, where their programs must be");
    for (const ResourceNote& resource : notes_.resources) {
      losses_.lost_if_there(resource.fields, kResourceWords, fmt::format("the resource '{}'", resource.name));
    }
  }

  void convert_group(GroupIndex index) {
    const GroupSpec& group = tasks_.group(index);
    if (group.task_count > 1) {
      losses_.impossible(note(group.first_task).at,
                         fmt::format("the group '{}' has {} tasks, which start together; jobs start one by one",
                                     tasks_.name_of(index), group.task_count));
      return;
    }
    const Result<TaskBody> body = tasks_.body_of(group.first_task);
    if (!body) return losses_.impossible(note(group.first_task).at, body.error().message());
    convert_task(group.first_task, *body);
  }

  void convert_task(TaskIndex task, const TaskBody& body) {
    losses_.lost_if_there(note(task).fields, kTaskWords, fmt::format("the task '{}'", tasks_.name_of(task)));
    tell_inputs(task, body);
    tell_tokens(task, body);
    std::vector<std::string> words = body.command;
    words.insert(words.end(), body.args.begin(), body.args.end());
    const std::optional<VerbCommand> command = verb_command(words, programs_);
    if (!command) {
      losses_.impossible(note(task).fields, "command", note(task).at,
                         fmt::format("the task '{}' runs '{}', which no verb stands for", tasks_.name_of(task),
                                     fmt::join(std::span(words).first(std::min<std::size_t>(words.size(), 3)), " ")),
                         "oumi VERB --config CONFIG ARGUMENTS, or a program that 'verbs' of config.yaml names");
      return;
    }
    for (const std::string& argument : command->args) {
      if (override_argument(argument) == argument) continue;
      losses_.lost(note(task).fields, "args", note(task).at,
                   fmt::format("'{}' becomes '{}', as a jobs file has it", argument, override_argument(argument)));
    }
    builder_.begin_group({});
    builder_.add_task(tasks_.name_of(task), job_body(body, *command), request(task), policy(task), true);
    draft_.notes.tasks.push_back({.at = note(task).at, .resource = {}, .workdir = {}, .fields = {}});
  }

  void tell_inputs(TaskIndex task, const TaskBody& body) {
    for (const InputSpec& input : body.inputs) {
      if (input.kind != InputSpec::Kind::kTask || input.from_other) {
        losses_.lost(note(task).fields, "inputs", note(task).at,
                     fmt::format("the input '{}' is not carried over: a job takes nothing but the order from others",
                                 input.source));
      }
      if (input.regex.empty()) continue;
      losses_.lost(note(task).fields, "inputs", note(task).at,
                   fmt::format("the regex '{}' is not carried over: a job takes no files from others", input.regex));
    }
  }

  // Nobody would fill them in.
  void tell_tokens(TaskIndex task, const TaskBody& body) {
    const auto look = [&](std::string_view field, std::string_view text) {
      const std::string_view token = token_in(text);
      if (token.empty()) return;
      losses_.impossible(note(task).fields, field, note(task).at,
                         fmt::format("the task '{}' uses {}, which a job does not know", tasks_.name_of(task), token));
    };
    for (const std::string& word : body.command) look("command", word);
    for (const std::string& word : body.args) look("args", word);
    for (const auto& [name, value] : body.environment) look("environment", value);
  }

  static TaskBody job_body(const TaskBody& body, const VerbCommand& command) {
    TaskBody job;
    job.verb = command.verb;
    job.config = command.config;
    job.command = command.program;
    job.args = {"--config", command.config};
    for (const std::string& argument : command.args) job.args.push_back(override_argument(argument));
    job.environment = body.environment;
    return job;
  }

  ResourceRequest request(TaskIndex task) {
    ResourceRequest job = tasks_.resources_of(task);
    job.storage = Bytes();
    job.platform.clear();
    if (job.gpu_count <= 1) return job;
    job.gpu_devices = GpuSet::first(job.gpu_count);
    losses_.lost(note(task).fields, "resource", note(task).at,
                 fmt::format("'{}' asks for any {} GPUs; a job must name them, so it gets {}", tasks_.name_of(task),
                             job.gpu_count, to_string(job.gpu_devices)));
    job.gpu_count = 0;
    return job;
  }

  TaskPolicy policy(TaskIndex task) {
    const TaskPolicy& from = tasks_.policy_of(task);
    TaskPolicy to;
    to.exec_timeout = from.exec_timeout;
    to.exec_per_attempt = true;
    to.retry_delay = kDefaultRetryDelay;
    if (from.exit_actions == std::vector<ExitAction>{kAnyFailure}) {
      to.max_retries = kReschedules;
      to.retry_delay = {};
    } else if (!from.exit_actions.empty()) {
      losses_.lost(note(task).fields, "exitActions", note(task).at,
                   fmt::format("'exitActions' of the task '{}' is not carried over: a job knows success and failure",
                               tasks_.name_of(task)),
                   "RESCHEDULE: \"1-255\", which becomes max_retries");
    }
    return to;
  }

  const Workflow& tasks_;
  const SourceNotes& notes_;
  Losses& losses_;
  VerbPrograms programs_;
  Draft draft_;
  WorkflowBuilder builder_;
};

}  // namespace

std::optional<Draft> tasks_to_jobs(const Workflow& workflow, const SourceNotes& notes, const ConvertOptions& options,
                                   Losses& losses) {
  return TasksToJobs(workflow, notes, options, losses).convert();
}

}  // namespace sennit::spec
