// Every view with every field set comes back as it was written: a field that fields.h forgets fails here.
#include <gtest/gtest.h>

#include "views/json.h"

namespace sennit::views {
namespace {

const Instant kAt = Instant::from_unix_us(1'795'291'600'150'001);

TEST(ViewsRoundTrip, Event) {
  const EventView view{.seq = 1ULL << 60,
                       .at = kAt,
                       .kind = "ended",
                       .workflow = "train-1",
                       .group = "g",
                       .task = "t",
                       .retry_id = 2,
                       .status = "FAILED",
                       .exit_code = -1,
                       .message = "why \"\xc3\xa4\"",
                       .counts = TaskCounts{6, 1, 2, 3, 4, 5},
                       .usage = UsageView{1ULL << 33, 0.25},
                       .cost = {},
                       .moves = {{.of = "task",
                                  .names = {"t", "u"},
                                  .more = 7,
                                  .retry_id = 2,
                                  .from = "RUNNING",
                                  .to = "FAILED",
                                  .reason = "exit code 3"},
                                 {.of = "group", .names = {"g"}, .with_task = true}}};
  EXPECT_EQ(parse_event(to_json(view)).value(), view);
  EXPECT_EQ(parse_event_list(to_json(EventList{{view, EventView{}}})).value(), (EventList{{view, EventView{}}}));
}

TEST(ViewsRoundTrip, List) {
  const WorkflowSummary summary{.user = "ada",
                                .name = "train-1",
                                .workflow_uuid = "u",
                                .submit_time = kAt,
                                .start_time = kAt,
                                .end_time = kAt,
                                .queued_time = 0.25,
                                .duration = 1e6,
                                .status = "COMPLETED",
                                .pool = "local",
                                .priority = "HIGH",
                                .labels = {{"a", ""}, {"b", "c"}},
                                .parent_name = "train-0"};
  const WorkflowList list{.workflows = {summary, {}}, .more_entries = true};
  EXPECT_EQ(parse_workflow_list(to_json(list)).value(), list);
}

TEST(ViewsRoundTrip, WhyServerAndChanges) {
  const WhyView why{.subject = "a-1/t", .status = "WAITING", .headline = "h", .details = {"one", ""}, .hint = "do"};
  EXPECT_EQ(parse_why(to_json(why)).value(), why);
  const WhyView failed{.subject = "a-1/t",
                       .status = "FAILED",
                       .cause = "failed",
                       .headline = "h",
                       .log_task = "t",
                       .log_retry_id = 0,
                       .log_lines = {"last", "words"},
                       .expected_start_time = kAt,
                       .expected_end_time = kAt};
  EXPECT_EQ(parse_why(to_json(failed)).value(), failed);
  const FailureList failures{.name = "a-1",
                             .status = "FAILED",
                             .reason = "1 of 2 tasks failed",
                             .failed = 1,
                             .not_run = 1,
                             .tasks = {{.name = "t",
                                        .retry_id = 2,
                                        .status = "FAILED",
                                        .exit_code = 3,
                                        .cause = "failed",
                                        .reason = "h",
                                        .details = {"d"},
                                        .hint = "do",
                                        .log = "/l",
                                        .lines = {"last"},
                                        .are_errors = true}}};
  EXPECT_EQ(parse_failures(to_json(failures)).value(), failures);
  const ServerView server{.pid = 12,
                          .version = "0.1.0",
                          .socket = "/s/server.sock",
                          .state_dir = "/s",
                          .started_at = kAt,
                          .status = "running",
                          .live_workflows = 3,
                          .running_tasks = 4,
                          .host = "h",
                          .cpus = 8,
                          .gpus = "0,1",
                          .gpu_models = "H100 with 80 GiB",
                          .gpu_problem = "GPU 2 is lost",
                          .agent_connected = true,
                          .hooks = 2,
                          .hooks_waiting = 1,
                          .hook_problem = "h: HTTP 500"};
  EXPECT_EQ(parse_server(to_json(server)).value(), server);
  GcReply gc{
      .dry_run = true, .rules = {.finished = 60.0, .size = 5}, .freed = 7, .others = 1, .others_size = 2, .size = 3};
  gc.removed = {{.name = "train-1", .why = "age", .size = 7, .error = "it is stuck"}};
  gc.kept = {{.name = "train-2", .why = "needed", .needed_by = {"train-3"}, .size = 1}};
  EXPECT_EQ(parse_gc_reply(to_json(gc)).value(), gc);
  const PinReply pin{.name = "train-1", .pinned = true, .changed = true};
  EXPECT_EQ(parse_pin_reply(to_json(pin)).value(), pin);
  const TerminalSizeView size{.columns = 80, .rows = 24};
  EXPECT_EQ(to_json(size), R"({"Width":80,"Height":24})");
  EXPECT_EQ(parse_terminal_size(to_json(size)).value(), size);
  const ChannelResultView result{.status = "signaled", .code = 9, .message = "x"};
  EXPECT_EQ(parse_channel_result(to_json(result)).value(), result);
  const DeleteReply gone{.name = "train-1", .size = 9};
  EXPECT_EQ(parse_delete_reply(to_json(gone)).value(), gone);
  EXPECT_TRUE(parse_gc_request(to_json(GcRequest{.dry_run = true})).value().dry_run);
  EXPECT_FALSE(parse_pin_request(to_json(PinRequest{.pinned = false})).value().pinned);
  const TagRequest change{.add = {"best"}, .remove = {"old", "draft"}};
  EXPECT_EQ(parse_tag_request(to_json(change)).value(), change);
  const CredentialView credential{.name = "hub", .type = "DATA", .profile = "s3://b", .keys = {"k"}, .set_at = kAt};
  const CredentialList credentials{.credentials = {credential}};
  EXPECT_EQ(parse_credential_list(to_json(credentials)).value(), credentials);
  const CredentialRequest set{.type = "DATA", .payload = {{"k", "a\n\"b"}, {"", ""}}};
  EXPECT_EQ(parse_credential_request(to_json(set)).value(), set);
  const CredentialReply reply{.credential = credential, .replaced = {"old"}};
  EXPECT_EQ(parse_credential_reply(to_json(reply)).value(), reply);
  const TagList tags{.name = "train-1", .tags = {"best", "paper"}};
  EXPECT_EQ(parse_tag_list(to_json(tags)).value(), tags);
}

TEST(ViewsRoundTrip, Timeouts) {
  const TimeoutsRequest request{
      .user = "ada", .target = "fit", .exec_timeout = 1.5, .queue_timeout = 0, .dry_run = true};
  EXPECT_EQ(parse_timeouts_request(to_json(request)).value(), request);
  const TimeoutsReply reply{.name = "flow-1",
                            .uuid = "0",
                            .group = "g",
                            .exec_timeout = 60,
                            .workflow_timeout = 3600,
                            .ends_now = {"fit"},
                            .workflow_ends_now = true,
                            .notes = {"one"}};
  EXPECT_EQ(parse_timeouts_reply(to_json(reply)).value(), reply);
}

TEST(ViewsRoundTrip, Changes) {
  const ChangeRequest cancel{.user = "ada",
                             .message = "enough",
                             .tasks = {"a"},
                             .groups = {"g"},
                             .names = {"b"},
                             .force = true,
                             .dry_run = true};
  EXPECT_EQ(parse_change_request(to_json(cancel)).value(), cancel);
  const ChangeReply reply{.name = "a-1",
                          .uuid = "u",
                          .status = "RUNNING",
                          .whole = true,
                          .tasks = {"a"},
                          .unchanged = {{.task = "b", .reason = "is COMPLETED already"}},
                          .note = "n",
                          .counts = {.total = 2, .completed = 1},
                          .reopened = 2,
                          .outputs = "/runs/a-1",
                          .last_event = 9};
  EXPECT_EQ(parse_change_reply(to_json(reply)).value(), reply);
}

TEST(ViewsRoundTrip, ErrorAndReplyWithDiagnostics) {
  const DiagnosticView diagnostic{.code = "SN101",
                                  .severity = "error",
                                  .file = "f.yaml",
                                  .line = 3,
                                  .column = 5,
                                  .length = 7,
                                  .source_line = "\tx: [",
                                  .message = "m",
                                  .expected = "e",
                                  .suggestion = "s",
                                  .hint = "h"};
  const ErrorView error{.code = "invalid", .message = "2 mistakes", .diagnostics = {diagnostic}, .more_diagnostics = 9};
  EXPECT_EQ(parse_error(to_json(error)).value(), error);
  SubmitReply reply;
  reply.name = "a-1";
  reply.uuid = "u";
  reply.outputs = "/s/runs/a-1";
  reply.warnings = {"w"};
  reply.notices = {"n"};
  reply.diagnostics = {diagnostic};
  reply.tasks = 1'000'000;
  reply.last_event = 1ULL << 40;
  reply.parent_name = "a-0";
  reply.cost = CostView{.per_gpu_hour = 4};
  reply.expected_end_time = kAt;
  EXPECT_EQ(parse_submit_reply(to_json(reply)).value(), reply);
  const RerunPlan plan{.parent_name = "a-0",
                       .pool = "p",
                       .priority = "LOW",
                       .tasks = {"t", "u"},
                       .of = 3,
                       .borrowed = {{.source = "a-0:s", .path = "/s/runs/a-0/s/0/output"}},
                       .diagnostics = {diagnostic}};
  EXPECT_EQ(parse_rerun_plan(to_json(plan)).value(), plan);
}

TEST(ViewsRoundTrip, RerunAndResume) {
  const RerunRequest rerun{.from = {"a", "b"},
                           .only = {"c"},
                           .set = {"x=1"},
                           .set_string = {"y=2"},
                           .set_env = {"Z=3"},
                           .labels = {"k=v"},
                           .dry_run = true,
                           .pool = "p",
                           .priority = "HIGH",
                           .user = "ada"};
  EXPECT_EQ(parse_rerun_request(to_json(rerun)).value(), rerun);
}

TEST(ViewsRoundTrip, CostAndPhases) {
  WorkflowView view;
  view.cost = CostView{.per_gpu_hour = 2.5,
                       .gpu_hours = 0.5,
                       .actual = 1.25,
                       .estimated_gpu_hours = 4,
                       .estimated = 10,
                       .estimate_runs = 5};
  view.expected_end_time = kAt;
  view.why = WhyView{.subject = "a-1", .cause = "running"};
  TaskView task;
  task.progress = ProgressView{.text = "t"};
  task.load = LoadView{.cpus = 1};
  task.flags = {"f"};
  task.input_download_start_time = task.input_download_end_time = kAt;
  task.output_upload_start_time = task.output_upload_end_time = kAt;
  task.expected_start_time = task.expected_end_time = kAt;
  task.why = WhyView{.subject = "a-1/t", .log_lines = {"x"}};
  view.groups = {{.name = "g", .tasks = {task}}};
  EXPECT_EQ(parse_workflow(to_json(view)).value(), view);
  EXPECT_EQ(parse_workflow(to_sparse_json(view)).value(), view);
  EXPECT_LT(to_sparse_json(view).size(), to_json(view).size() / 2);
  EXPECT_EQ(to_sparse_json(WorkflowView{}), "{}");
  EXPECT_EQ(to_sparse_json(GroupView{.name = "g", .tasks = {{.name = "t"}}}), R"({"name":"g","tasks":[{"name":"t"}]})");
  const EventView end{.kind = "end", .cost = CostView{.gpu_hours = 1}};
  EXPECT_EQ(parse_event(to_json(end)).value(), end);
}

TEST(ViewsRoundTrip, PoolsAndNodes) {
  const PoolUsage usage{1, 2.5, 3, 4, 5, 6};
  const PoolView pool{.name = "train",
                      .description = "the big ones",
                      .status = "ONLINE",
                      .default_platform = "dgx",
                      .platforms = {"dgx", "l40"},
                      .guarantee = 4,
                      .maximum = 8,
                      .weight = 2,
                      .resource_usage = usage,
                      .gpus = "0,1",
                      .configured = false};
  const PoolList pools{.node_sets = {{.pools = {pool, {}}}, {}}, .resource_sum = usage};
  EXPECT_EQ(parse_pool_list(to_json(pools)).value(), pools);
  const NodeView node{.node = "n",
                      .resource_type = "SHARED",
                      .connected = true,
                      .cpus = 8,
                      .cpus_used = 3,
                      .memory = 1ULL << 40,
                      .memory_used = 7,
                      .gpu_count = 2,
                      .gpus_used = 0.5,
                      .pretended_gpus = true,
                      .gpu_problem = "no driver",
                      .running_tasks = 9,
                      .pools = {{"train", "dgx", 4, 5, "0"}, {}},
                      .gpus = {{1, "a-1", "fit"}, {}}};
  const NodeList nodes{.resources = {node, {}}};
  EXPECT_EQ(parse_node_list(to_json(nodes)).value(), nodes);
}

// A status of many tasks is written as text at once, without a document, and is read again.
TEST(ViewsRoundTrip, ManyTasks) {
  WorkflowView view;
  view.groups.resize(20'000);
  for (std::size_t i = 0; i < view.groups.size(); ++i) {
    view.groups[i].name = "g" + std::to_string(i);
    view.groups[i].tasks.resize(1);
    view.groups[i].tasks[0].start_time = kAt;
  }
  EXPECT_EQ(parse_workflow(to_json(view)).value(), view);
}

TEST(ViewsRoundTrip, MetricsAndArtifacts) {
  const ProgressView progress{.text = "t",
                              .percent = 1,
                              .step = 2,
                              .total = 3,
                              .epoch = 4,
                              .epochs = 5,
                              .loss = 6,
                              .learning_rate = 7,
                              .accuracy = 8,
                              .metrics = {{"a", 0.5}, {"nan", std::nullopt}},
                              .at = kAt};
  const LoadView load{.cpus = 1.5,
                      .cpu_seconds = 2,
                      .memory = 3,
                      .memory_limit = 4,
                      .read = 5,
                      .written = 6,
                      .gpus = {{.device = 1, .busy = 0.5, .memory = 2, .own_memory = 3, .quiet_since = kAt}},
                      .at = kAt};
  const SeriesView series{.name = "loss",
                          .last = 1,
                          .mean = 2,
                          .min = 3,
                          .max = 4,
                          .count = 5,
                          .points = {{.at = kAt, .step = 1, .value = 2, .mean = 3, .min = 4, .max = 5, .count = 6}}};
  const MetricsView metrics{.workflow = "w",
                            .tasks = {{.name = "t",
                                       .retry_id = 1,
                                       .status = "RUNNING",
                                       .progress = progress,
                                       .load = load,
                                       .flags = {"f"},
                                       .series = {series},
                                       .usage = {series}},
                                      {}},
                            .more_entries = true};
  EXPECT_EQ(parse_metrics(to_json(metrics)).value(), metrics);
  const ArtifactList artifacts{.workflow = "w",
                               .artifacts = {{.task = "t",
                                              .retry_id = 1,
                                              .type = "config",
                                              .path = "/p",
                                              .size = 2,
                                              .modified = kAt,
                                              .directory = true,
                                              .chosen = true}},
                               .unsearched = {"/d"}};
  EXPECT_EQ(parse_artifacts(to_json(artifacts)).value(), artifacts);
}

TEST(ViewsRoundTrip, Hooks) {
  const HookList hooks{.hooks = {{.name = "chat",
                                  .event = "failure",
                                  .per = "task",
                                  .action = "https://x/...",
                                  .workflows = {"a*"},
                                  .tasks = {"b"},
                                  .retries = 3,
                                  .timeout = 0.5,
                                  .problem = "p"},
                                 {}},
                       .waiting = 7};
  EXPECT_EQ(parse_hook_list(to_json(hooks)).value(), hooks);
  const DeliveryList deliveries{.deliveries = {{.id = 9,
                                                .hook = "chat",
                                                .workflow = "a-1",
                                                .seq = 4,
                                                .state = "given_up",
                                                .tries = 2,
                                                .made_at = kAt,
                                                .due_at = kAt,
                                                .ended_at = kAt,
                                                .message = "HTTP 500"},
                                               {}}};
  EXPECT_EQ(parse_delivery_list(to_json(deliveries)).value(), deliveries);
  EXPECT_EQ(parse_hook_trial_request(to_json(HookTrialRequest{"a-1"})).value(), HookTrialRequest{"a-1"});
  const HookTrial trial{
      .hook = "chat", .told = "a-1 FAILED", .ok = true, .message = "HTTP 200", .output = "o", .seconds = 0.25};
  EXPECT_EQ(parse_hook_trial(to_json(trial)).value(), trial);
}

}  // namespace
}  // namespace sennit::views
